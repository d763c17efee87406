import Dispatch
import Kernels
import Pipeline
import Synchronization

/// Lets one partial at a time be compressed: with the sums that are computed beside it, that is what a worker's memory is counted for.
final class EncodingTurn: Sendable {
    private let free = DispatchSemaphore(value: 1)
    private let isTeamBusy = Atomic<Bool>(false)
    private let threads: Int

    /// Milliseconds between looks at whether the waiting is still wanted.
    private static let tick = 50

    /// A turn for a worker with some threads.
    init(threads: Int) { self.threads = threads }

    /// The threads for the next batch of sections: all while nothing is computed, else one more beside those that compute. A batch takes
    /// part of a second, so a partial that the computation waits for soon gets all of them.
    var team: ThreadTeam { ThreadTeam(count: isTeamBusy.load(ordering: .relaxed) ? 1 : threads) }

    /// Computes with all threads.
    func computing<Result>(_ body: () throws -> Result) rethrows -> Result {
        isTeamBusy.store(true, ordering: .relaxed)
        defer { isTeamBusy.store(false, ordering: .relaxed) }
        return try body()
    }

    /// Waits until nothing else is compressed.
    ///
    /// - Throws: `PipelineError.stopped` once nobody wants it any more; then the turn is not taken.
    func take(stop: StopRequest) throws {
        try stop.check()
        while free.wait(timeout: .now() + .milliseconds(Self.tick)) == .timedOut { try stop.check() }
    }

    /// Gives the turn back.
    func end() { free.signal() }
}
