/// A moment as the state machines know it: milliseconds on a clock that never goes back. They have no clock; whoever drives them says when it is.
public struct SchedulerTime: Hashable, Comparable, Codable, Sendable {
    /// Milliseconds since some beginning that is the same for all events of a run.
    public let milliseconds: Int64

    /// The moment so many milliseconds after the beginning.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The beginning.
    public static let zero = SchedulerTime(milliseconds: 0)

    /// The earlier first.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// A moment some milliseconds later.
    public static func + (time: Self, milliseconds: Int64) -> Self {
        SchedulerTime(milliseconds: time.milliseconds + milliseconds)
    }

    /// Milliseconds from one moment to a later one.
    public static func - (later: Self, earlier: Self) -> Int64 { later.milliseconds - earlier.milliseconds }
}
