import Synchronization

/// The rounds of a run whose budget is raised until its results are good enough.
///
/// Workers and reducers that others have started stay until the last of them: `end` is called when it is known which that is.
public final class RunRounds: Sendable {
    private let hasEnded = Atomic<Bool>(false)
    /// The address of the last round's coordinator.
    private let address = Mutex<PostedAddress?>(nil)

    /// Rounds of which nobody knows yet how many follow.
    public init() {}

    /// No other round follows the one whose results are there.
    public func end() { hasEnded.store(true, ordering: .releasing) }

    /// Keeps an address between two rounds: whoever looks for the coordinator then shall not take the run for over. Nil: it has its next one.
    func keep(_ posted: PostedAddress?) { address.withLock { $0 = posted } }

    /// Whether none follows.
    var areOver: Bool { hasEnded.load(ordering: .acquiring) }
}
