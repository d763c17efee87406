import Glibc

/// The memory that a task may use, looked at before it begins: an allocation that fails in the middle can only end the process.
struct TaskMemory {
    /// Bytes that OpenBLAS maps for each thread, whatever it needs of them. Where it gets none it tries again for ever.
    private static let mappedByProducts = 128 << 20

    /// Bytes that were offered; nil: nobody said anything.
    var offered: Int?
    /// Bytes that the machine has, or the container.
    var machine = MachineMemory.current.total
    /// Whether the process can have so many bytes more.
    var canMap: (Int) -> Bool = Self.canMap

    /// The most threads that a task may have: no result depends on them, and each takes memory.
    ///
    /// - Parameters:
    ///   - count: threads that it would have.
    ///   - bytes: what the task needs on some threads; the more threads, the more.
    /// - Throws: `PipelineError.noMemoryForTask` where one thread is too much.
    func threads(_ count: Int, of task: Int, bytes: (Int) -> Int) throws -> Int {
        for threads in stride(from: count, to: 1, by: -1) where limit(bytes(threads), threads: threads) == nil { return threads }
        let needed = bytes(1)
        if let limit = limit(needed, threads: 1) { throw PipelineError.noMemoryForTask(task, needed: needed, limit: limit) }
        return 1
    }

    /// What is too small for a need; nil where nothing is.
    private func limit(_ needed: Int, threads: Int) -> MemoryLimit? {
        if let offered, needed > offered { return .offer(offered) }
        if needed > machine { return .machine(machine) }
        return canMap(needed + threads * Self.mappedByProducts) ? nil : .process
    }

    /// Tries it: the pages are given back untouched.
    private static func canMap(_ bytes: Int) -> Bool {
        let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard memory != MAP_FAILED else { return false }
        munmap(memory, bytes)
        return true
    }
}
