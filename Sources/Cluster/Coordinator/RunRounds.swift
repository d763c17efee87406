import Synchronization

/// The rounds of a run whose budget is raised until its results are good enough.
///
/// Workers and reducers that others have started stay until the last of them: `end` is called when it is known which that is.
public final class RunRounds: Sendable {
    private let hasEnded = Atomic<Bool>(false)

    /// Rounds of which nobody knows yet how many follow.
    public init() {}

    /// No other round follows the one whose results are there.
    public func end() { hasEnded.store(true, ordering: .releasing) }

    /// Whether none follows.
    var areOver: Bool { hasEnded.load(ordering: .acquiring) }
}
