import Synchronization

/// A flag that asks a long job to stop at its next safe point.
///
/// The command line raises it on Ctrl-C; a job looks at it between chunks, leaves its folder so that a later `run` finishes it,
/// and throws `PipelineError.stopped`.
public final class StopRequest: Sendable {
    private let raised = Atomic<Bool>(false)

    /// Makes a request that nobody has raised yet.
    public init() {}

    /// Whether the job shall stop. Cheap enough for an inner loop over rows.
    public var isRaised: Bool { raised.load(ordering: .relaxed) }

    /// Asks the job to stop; asking again changes nothing.
    public func raise() { raised.store(true, ordering: .relaxed) }

    /// Returns where nobody asked to stop.
    ///
    /// - Throws: `PipelineError.stopped` once the request is raised.
    public func check() throws {
        if isRaised { throw PipelineError.stopped }
    }
}
