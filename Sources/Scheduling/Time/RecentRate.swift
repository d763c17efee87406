/// How fast something goes of late: units over the time in which they could be done.
///
/// Time in which it stands still, because of something that it waits for, does not count: after the wait the rate is what it was before, and
/// what is left takes as long as it took then.
public struct RecentRate: Sendable, Equatable {
    /// Milliseconds that the rate looks back: long enough to smooth over leases that end together, short enough to see workers join.
    public static let window: Int64 = 120_000
    /// Points that are closer, in milliseconds, become one: their number stays small however often something is done.
    private static let grain: Int64 = 100

    private struct Point: Sendable, Equatable {
        /// Milliseconds that had counted.
        let counted: Int64
        var units: Int
    }

    private var points: [Point] = []
    /// Milliseconds that had counted when it began to count or stand still last.
    private var before: Int64 = 0
    /// Since when time counts; nil while it stands still.
    private var since: SchedulerTime?

    /// Begins to count time, and units from the first that are reached.
    public init(at now: SchedulerTime) { since = now }

    /// Whether it waits for something.
    public var isStill: Bool { since == nil }

    /// It waits for something, or goes on.
    public mutating func stand(still: Bool, at now: SchedulerTime) {
        guard still != isStill else { return }
        if still { before = counted(at: now) }
        since = still ? nil : now
    }

    /// So many units are done.
    public mutating func reach(_ units: Int, at now: SchedulerTime) {
        let counted = counted(at: now)
        // What was done and is to be done again says nothing about the time that is to come.
        if let last = points.last, units < last.units { points = [] }
        if points.count > 1, let last = points.last, counted - last.counted < Self.grain {
            points[points.count - 1].units = units
        } else {
            points.append(Point(counted: counted, units: units))
        }
        while points.count > 2, counted - points[1].counted > Self.window { points.removeFirst() }
    }

    /// Units a second; nil while it stands still, and before anything was done.
    public func perSecond(at now: SchedulerTime) -> Double? {
        guard !isStill, let first = points.first, let last = points.last, last.units > first.units else { return nil }
        let milliseconds = counted(at: now) - first.counted
        return milliseconds > 0 ? Double(last.units - first.units) * 1_000 / Double(milliseconds) : nil
    }

    private func counted(at now: SchedulerTime) -> Int64 { before + (since.map { max(0, now - $0) } ?? 0) }
}
