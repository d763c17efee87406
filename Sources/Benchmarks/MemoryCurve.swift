/// The memory of a process over its time.
public struct MemoryCurve: Codable, Sendable, Hashable {
    /// Since it began, ascending.
    public private(set) var seconds: [Double] = []
    /// What it had in memory at most since the time before.
    public private(set) var megabytes: [Double] = []

    /// Seconds from one point to the next while it is taken.
    static let step = 0.2
    /// Points that are kept: as many as an image can show.
    private static let most = 240

    /// A curve without points.
    init() {}

    /// Adds what is seen at a moment; the largest of a step counts.
    mutating func add(bytes: Int, at second: Double) {
        // A tenth of a second and of a megabyte are more than an image shows.
        let place = (((second / Self.step).rounded(.down) + 1) * Self.step * 10).rounded() / 10
        let value = (Double(bytes) / 1e5).rounded() / 10
        guard let last = seconds.last, last >= place - Self.step / 2 else {
            seconds.append(place)
            megabytes.append(value)
            return
        }
        megabytes[megabytes.count - 1] = max(megabytes[megabytes.count - 1], value)
    }

    /// The same with few enough points: of neighbours the largest stays, so that the peak is in it.
    var thinned: MemoryCurve {
        let stride = (seconds.count + Self.most - 1) / Self.most
        guard stride > 1 else { return self }
        var result = MemoryCurve()
        for start in Swift.stride(from: 0, to: seconds.count, by: stride) {
            let end = min(start + stride, seconds.count)
            result.seconds.append(seconds[end - 1])
            result.megabytes.append(megabytes[start..<end].max() ?? 0)
        }
        return result
    }
}
