import Kernels

extension JobContext {
    /// As many threads as find room in the memory, one at least. The log says so where that is fewer than there are, or even one finds none.
    ///
    /// - Parameters:
    ///   - kept: bytes that are there whatever the threads.
    ///   - each: bytes of a thread.
    func team(beside kept: Int, each: Int) -> ThreadTeam {
        guard let memory else { return team }
        let fitting = max(1, min(team.count, (memory - kept) / max(1, each)))
        // Rounded up.
        func megabytes(_ threads: Int) -> Int { (kept + threads * each + (1 << 20) - 1) >> 20 }
        if kept + fitting * each > memory {
            logger.warning("\(megabytes(1)) MiB are needed on one thread; \(memory >> 20) MiB were offered")
        } else if fitting < team.count {
            logger.warning("\(team.count) threads would take \(megabytes(team.count)) MiB; \(fitting) work within \(memory >> 20) MiB")
        }
        return ThreadTeam(count: fitting)
    }
}
