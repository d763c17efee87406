import Scheduling

/// Says when it is time to tell again that the other side does not let this process in: the same reason after pauses that double, so that
/// who is left running with the wrong keys does not fill its log.
struct RepeatedRefusals: Sendable {
    /// Milliseconds between the first two notices, and the most between any two.
    private static let (first, most): (Int64, Int64) = (5_000, 600_000)

    /// By reason: when it is told next, and the pause after that.
    private var told: [HandshakeFailure: (next: SchedulerTime, pause: Int64)] = [:]

    /// The other side has refused.
    ///
    /// - Returns: whether people should be told.
    mutating func isToBeTold(_ failure: HandshakeFailure, at now: SchedulerTime) -> Bool {
        let (next, pause) = told[failure] ?? (now, Self.first)
        guard now >= next else { return false }
        told[failure] = (now + pause, min(2 * pause, Self.most))
        return true
    }

    /// The other side answers: whatever it refuses from now on is news.
    mutating func end() { told = [:] }
}
