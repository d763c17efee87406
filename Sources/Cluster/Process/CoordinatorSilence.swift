import Scheduling

/// Says that a coordinator does not answer: soon, so that nobody wonders whether anything happens, then more rarely.
struct CoordinatorSilence: Sendable {
    /// Milliseconds of silence after which it is told of first, second, and then again and again.
    private static let (first, second, pause): (Int64, Int64, Int64) = (5_000, 30_000, 300_000)

    private let endpoint: Endpoint
    private var since: SchedulerTime?
    /// Milliseconds of silence after which it is told of next.
    private var next = Self.first
    private var wasHeard = false

    /// The silence of the coordinator at an endpoint, which has not begun.
    init(of endpoint: Endpoint) { self.endpoint = endpoint }

    /// An answer is waited for.
    ///
    /// - Parameter since: when the silence began; nil: when this was said first.
    /// - Returns: what people should know, where it is time for that.
    mutating func lasts(since: SchedulerTime? = nil, at now: SchedulerTime) -> String? {
        let since = self.since ?? since ?? now
        self.since = since
        let silence = now - since
        guard silence >= next else { return nil }
        let isFirst = next == Self.first
        while next <= silence { next = next < Self.second ? Self.second : next < Self.pause ? Self.pause : next + Self.pause }
        let length = isFirst && !wasHeard ? "yet" : "for \(DurationText.text(seconds: Int(silence / 1_000)))"
        return "no answer from \(endpoint) \(length); trying on"
    }

    /// It has answered.
    ///
    /// - Returns: that it does, where people were told that it did not.
    mutating func ends(at now: SchedulerTime) -> String? {
        wasHeard = true
        guard let since else { return nil }
        let wasTold = next > Self.first
        (self.since, next) = (nil, Self.first)
        return wasTold ? "\(endpoint) answers after \(DurationText.text(seconds: Int((now - since) / 1_000)))" : nil
    }
}
