import Foundation
import Scheduling
import Synchronization

/// Where a process's loop lays down what it knows, and whoever serves the metrics finds it: neither waits for the other.
public final class MetricsBoard: Sendable {
    /// Milliseconds between two snapshots: often enough for every scraper, and the loop does not feel it.
    private static let interval: Int64 = 1_000

    private struct Notice {
        let snapshot: any MetricsSnapshot
        let time: SchedulerTime
        let date: Date
    }

    private let notice = Mutex<Notice?>(nil)

    /// An empty board.
    public init() {}

    /// Takes a snapshot in when the last one is old enough; else it is not even made.
    ///
    /// - Parameters:
    ///   - now: The time on the loop's own clock.
    ///   - isLast: Whether no other follows for long: then it is taken in whatever the last one's age.
    func publish(at now: SchedulerTime, isLast: Bool = false, _ snapshot: () -> any MetricsSnapshot) {
        // The clock of another loop, which has come behind the last one, may be slow.
        if !isLast, let last = notice.withLock({ $0?.time }), (0..<Self.interval).contains(now - last) { return }
        let new = Notice(snapshot: snapshot(), time: now, date: Date())
        notice.withLock { $0 = new }
    }

    /// The metrics of the last snapshot, and when it was made; nothing before there is one.
    public var families: [MetricFamily] {
        guard let notice = notice.withLock({ $0 }) else { return [] }
        let age = MetricFamily(
            gauge: "universal_neurons_snapshot_timestamp_seconds", "When the process's loop laid these numbers down, since 1970.",
            notice.date.timeIntervalSince1970)
        return [age] + notice.snapshot.families
    }
}
