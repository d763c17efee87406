/// When the coordinator itself was away, stopped or asleep: silence in that time says nothing about anybody else.
struct Absences: Sendable, Equatable {
    /// What a lease or a worker's silence can span; older ones are forgotten.
    private static let kept = 16
    private var spans: [(from: SchedulerTime, to: SchedulerTime)] = []

    /// It was away for this long.
    mutating func add(from: SchedulerTime, to: SchedulerTime) {
        if spans.count == Self.kept { spans.removeFirst() }
        spans.append((from, to))
    }

    /// Milliseconds between two moments, those without the coordinator not counted.
    func milliseconds(from: SchedulerTime, to: SchedulerTime) -> Int64 {
        spans.reduce(to - from) { sum, span in sum - max(0, min(to, span.to) - max(from, span.from)) }
    }

    static func == (left: Self, right: Self) -> Bool {
        left.spans.elementsEqual(right.spans) { $0.from == $1.from && $0.to == $1.to }
    }
}
