/// The workspaces of all threads, each made when its thread first needs it and used by that thread alone.
public final class WorkspacePool: @unchecked Sendable {
    private let sources: [any ActivationSource]
    private let context: Int
    private let slots: UnsafeMutableBufferPointer<ActivationWorkspace?>

    /// - Parameters:
    ///   - threads: how many threads there are.
    ///   - context: the length of the rows, in tokens.
    public init(threads: Int, sources: [any ActivationSource], context: Int) {
        self.sources = sources
        self.context = context
        slots = .allocate(capacity: threads * max(sources.count, 1))
        slots.initialize(repeating: nil)
    }

    deinit {
        slots.deinitialize()
        slots.deallocate()
    }

    /// The workspace of a thread for a source; to be asked for by that thread only.
    public func workspace(thread: Int, source: Int) throws -> ActivationWorkspace {
        let slot = thread * sources.count + source
        if let workspace = slots[slot] { return workspace }
        let workspace = try sources[source].makeWorkspace(context: context)
        slots[slot] = workspace
        return workspace
    }
}
