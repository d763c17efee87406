import Foundation
import Synchronization

/// Many workers that compute nothing, on a few threads: what a coordinator costs is measured with them.
///
///     let load = LeaseLoad(workers: 1_000, at: endpoint, security: security)
///     load.start(threads: 2)
///     …                                     // until load.snapshot.welcomed is 1,000
///     load.takeLeases(groups: 1, milliseconds: 60_000)
///     …
///     load.stop()
///
/// Each has a socket of its own, through which it says what a real worker says, as often as a real one does. What they report was never
/// computed: the run that they take part in is good for nothing else.
public final class LeaseLoad: Sendable {
    /// What happened so far.
    public struct Snapshot: Sendable, Hashable {
        /// Workers that the coordinator has answered.
        public let welcomed: Int
        /// Leases that were given.
        public let leases: Int
        /// Heartbeats that were sent.
        public let heartbeats: Int
    }

    /// The same, counted by all threads.
    final class Counters: Sendable {
        let welcomed = Atomic<Int>(0)
        let leases = Atomic<Int>(0)
        let heartbeats = Atomic<Int>(0)
    }

    private struct Pace {
        /// Block groups that are taken; nil while no leases are.
        var groups: Int?
        /// Milliseconds that a lease takes.
        var task: Int64 = 0
        var isStopped = false
        var threads = 0
        var error: (any Error)?
    }

    private let workers: Int
    private let endpoint: Endpoint
    private let security: Security
    private let counters = Counters()
    private let pace = Mutex(Pace())

    /// Milliseconds of a wait for messages: how late a report or a heartbeat may be.
    private static let tick = 20
    /// Sockets of the library for each worker: its own, and both ends of what watches its handshakes.
    private static let socketsEach = 3

    /// Workers that do nothing yet.
    ///
    /// - Parameter endpoint: where the coordinator listens.
    public init(workers: Int, at endpoint: Endpoint, security: Security) {
        self.workers = workers
        self.endpoint = endpoint
        self.security = security
    }

    /// Connects all of them.
    ///
    /// - Parameter threads: threads that they share.
    public func start(threads: Int) {
        FileLimit.raise()
        let count = max(1, min(threads, workers))
        pace.withLock { $0.threads = count }
        for index in 0..<count {
            Thread.detachNewThread { [self] in
                do {
                    try work(stride(from: index, to: workers, by: count))
                } catch {
                    pace.withLock { $0.error = $0.error ?? error }
                }
                pace.withLock { $0.threads -= 1 }
            }
        }
    }

    /// Lets them take leases, or take them at another pace.
    ///
    /// - Parameters:
    ///   - groups: the plan's block groups; each worker takes all of them.
    ///   - milliseconds: how long a lease takes. They begin out of step: the first one is partly done already.
    public func takeLeases(groups: Int, milliseconds: Int) {
        pace.withLock { ($0.groups, $0.task) = (groups, Int64(milliseconds)) }
    }

    /// What happened so far.
    ///
    /// - Throws: what has ended one of the threads.
    public func snapshot() throws -> Snapshot {
        if let error = pace.withLock({ $0.error }) { throw error }
        return Snapshot(
            welcomed: counters.welcomed.load(ordering: .relaxed), leases: counters.leases.load(ordering: .relaxed),
            heartbeats: counters.heartbeats.load(ordering: .relaxed))
    }

    /// Ends all of them, without a word to the coordinator, and waits for that.
    public func stop() {
        pace.withLock { $0.isStopped = true }
        while pace.withLock({ $0.threads > 0 }) { usleep(2_000) }
    }

    private func work(_ indices: StrideTo<Int>) throws {
        let context = try MessageContext(maximumSockets: Self.socketsEach * workers + 16)
        let clock = MonotonicClock()
        let poller = Poller()
        let simulated = try indices.map { index in
            try SimulatedWorker(index, of: workers, at: endpoint, security: security, in: context, counters: counters)
        }
        for worker in simulated { poller.watch(worker.socket) }
        while true {
            let pace = pace.withLock { (isStopped: $0.isStopped, groups: $0.groups, task: $0.task) }
            if pace.isStopped { return }
            let ready = try poller.wait(milliseconds: Self.tick)
            let now = clock.now
            for worker in simulated {
                if ready.hasMessages(worker.socket) { try worker.receive() }
                try worker.act(at: now, groups: pace.groups, task: pace.task)
            }
        }
    }
}
