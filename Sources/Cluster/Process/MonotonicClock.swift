import Scheduling

/// Milliseconds since this value was made, on a clock that never goes back whatever the machine's date does.
struct MonotonicClock: Sendable {
    private let beginning = ContinuousClock.now

    /// What state machines are told of the time.
    var now: SchedulerTime { SchedulerTime(milliseconds: Int64((ContinuousClock.now - beginning) / .milliseconds(1))) }
}
