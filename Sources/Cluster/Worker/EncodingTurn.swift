import Dispatch
import Kernels
import Pipeline
import Synchronization

/// Lets one partial at a time be compressed: with the sums that are computed beside it, that is what a worker's memory is counted for.
final class EncodingTurn: Sendable {
    private let free = DispatchSemaphore(value: 1)
    private let isComputing = Atomic<Bool>(false)
    private let isNextReady = Atomic<Bool>(false)
    private let isAwaited = Atomic<Bool>(false)
    private let threads: Int

    /// Milliseconds between looks at whether the waiting is still wanted.
    private static let tick = 50

    /// A turn for a worker with some threads.
    init(threads: Int) { self.threads = threads }

    /// The threads for the next batch of sections: one beside those that compute or are about to, all where nothing is to be computed or
    /// where the next partial waits for this one. A batch takes about a second, so whoever waits soon has all of them.
    var team: ThreadTeam {
        let areOthersBusy = isComputing.load(ordering: .relaxed) || isNextReady.load(ordering: .relaxed)
        return ThreadTeam(count: areOthersBusy && !isAwaited.load(ordering: .relaxed) ? 1 : threads)
    }

    /// Computes with all threads.
    func computing<Result>(_ body: () throws -> Result) rethrows -> Result {
        isComputing.store(true, ordering: .relaxed)
        defer { isComputing.store(false, ordering: .relaxed) }
        return try body()
    }

    /// Hears whether another lease will be computed as soon as the threads are free.
    func expectNext(_ isReady: Bool) { isNextReady.store(isReady, ordering: .relaxed) }

    /// Waits until nothing else is compressed.
    ///
    /// - Throws: `PipelineError.stopped` once nobody wants it any more; then the turn is not taken.
    func take(stop: StopRequest) throws {
        isAwaited.store(true, ordering: .relaxed)
        defer { isAwaited.store(false, ordering: .relaxed) }
        try stop.check()
        while free.wait(timeout: .now() + .milliseconds(Self.tick)) == .timedOut { try stop.check() }
    }

    /// Gives the turn back.
    func end() { free.signal() }
}
