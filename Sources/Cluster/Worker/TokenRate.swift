import Scheduling
import Synchronization

/// Counts tokens on the computing thread, and says on another how many a second there were of late.
final class TokenRate: Sendable {
    /// Milliseconds that count as of late.
    private static let window: Int64 = 60_000
    private let count = Atomic<Int>(0)
    private let samples = Mutex<[(time: SchedulerTime, count: Int)]>([(.zero, 0)])

    /// Counts tokens.
    func add(_ tokens: Int) { count.add(tokens, ordering: .relaxed) }

    /// All that were counted.
    var total: Int { count.load(ordering: .relaxed) }

    /// Counted tokens a second over the last minute.
    func perSecond(at now: SchedulerTime) -> Double {
        let count = count.load(ordering: .relaxed)
        return samples.withLock { samples in
            samples.append((now, count))
            // One sample from before the window stays, to measure from.
            while samples.count > 2, now - samples[1].time >= Self.window { samples.removeFirst() }
            let milliseconds = now - samples[0].time
            return milliseconds > 0 ? Double(count - samples[0].count) * 1000 / Double(milliseconds) : 0
        }
    }
}
