import CKernels
import Glibc

/// Our own threads over fixed work items. What an item computes never depends on `count` or on which thread takes it, so
/// results do not either.
///
/// The threads are POSIX threads, started for each `forEach` and joined before it returns; the caller is thread 0. Dispatch
/// and Swift's own pool were not taken because they cap their threads at the number of cores (a test with 3 threads on
/// 2 cores would test nothing) and lend them to whoever asks; starting a thread costs some 20 µs, items take milliseconds.
///
///     try ThreadTeam(count: 2).forEach(tiles.count) { item, thread in
///         try multiply(tiles[item], scratch: scratches[thread])
///     }
public struct ThreadTeam: Sendable, Hashable {
    /// How many threads work, at least 1; may be more than the machine has cores.
    public let count: Int

    /// A team of `count` threads.
    public init(count: Int) {
        precondition(count >= 1, "a team has at least one thread")
        self.count = count
    }

    /// A team as large as the number of cores that this process may use.
    public static var allCores: ThreadTeam { ThreadTeam(count: coresOfThisProcess) }

    /// The number of cores that this process may use (its affinity mask counts, not the machine's cores).
    public static var coresOfThisProcess: Int {
        max(1, Int(un_usable_cores()))
    }

    /// Runs `body(item, thread)` for every item in `0..<items`, each on one of the threads `0..<count`. Items are handed out
    /// in rising order; a thread runs one item at a time, so `thread` can choose its scratch memory.
    ///
    /// - Throws: the error of the lowest failing item, whatever the timing: after a failure no further item is handed out,
    ///   and those handed out before (all lower ones among them) run to their end. When the operating system refuses to start some of the
    ///   threads, the others do all the work.
    public func forEach(_ items: Int, _ body: @Sendable (_ item: Int, _ thread: Int) throws -> Void) throws {
        guard items > 0 else { return }
        let threads = min(count, items)
        if threads == 1 {
            for item in 0..<items { try body(item, 0) }
            return
        }
        try withoutActuallyEscaping(body) { body in
            let work = TeamWork(items: items, body: body)
            var started: [pthread_t] = []
            for thread in 1..<threads {
                guard let handle = TeamMember(work: work, thread: thread).start() else { break }
                started.append(handle)
            }
            work.run(thread: 0)
            for handle in started { pthread_join(handle, nil) }
            if let error = work.lowestFailure { throw error }
        }
    }
}
