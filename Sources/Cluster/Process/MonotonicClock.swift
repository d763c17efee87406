import Scheduling

/// The clock that state machines go by: it never goes back, whatever becomes of the clock on the wall.
struct MonotonicClock: Sendable {
    private let start: ContinuousClock.Instant
    private let offset: SchedulerTime

    /// A clock that begins now.
    ///
    /// - Parameter time: what it shows now: for a run that goes on, the time of its ledger's last entry.
    init(from time: SchedulerTime = .zero) {
        start = ContinuousClock.now
        offset = time
    }

    /// What it shows.
    var now: SchedulerTime { offset + Int64((ContinuousClock.now - start) / .milliseconds(1)) }
}
