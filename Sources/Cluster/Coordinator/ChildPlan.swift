import SystemPackage

/// The processes that a coordinator starts and watches itself, on its own machine.
public struct ChildPlan: Sendable {
    /// How many workers and reducers.
    public let workers, reducers: Int
    /// The program, and what each kind of process is started with.
    public let program: FilePath
    /// Compute threads and memory in bytes of each worker.
    public let threads, memory: Int

    /// So many workers and reducers.
    public init(workers: Int, reducers: Int, program: FilePath, threads: Int, memory: Int) {
        self.workers = workers
        self.reducers = reducers
        self.program = program
        self.threads = threads
        self.memory = memory
    }
}
