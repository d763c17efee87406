/// How long finished leases took a task: what a straggler is measured against.
struct LeaseDurations: Sendable, Equatable {
    /// Enough for a median, and old ones are forgotten when machines change.
    private static let kept = 64
    private var latest: [Int64] = []

    /// Takes a finished lease in.
    ///
    /// - Parameters:
    ///   - milliseconds: from grant to end.
    ///   - tasks: how many tasks it had.
    mutating func add(milliseconds: Int64, tasks: Int) {
        if latest.count == Self.kept { latest.removeFirst() }
        latest.append(milliseconds / Int64(max(1, tasks)))
    }

    /// The median of a task's milliseconds; nil for fewer leases than `sample`.
    func median(sample: Int) -> Int64? {
        guard !latest.isEmpty, latest.count >= sample else { return nil }
        return latest.sorted()[latest.count / 2]
    }
}
