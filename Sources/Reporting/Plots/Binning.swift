/// Counts of values in bins of equal width.
struct Binning: Equatable {
    let lower: Double
    let width: Double
    private(set) var counts: [Int]

    /// `bins` empty bins over `lower...upper`.
    init(lower: Double, upper: Double, bins: Int) {
        self.lower = lower
        width = (upper - lower) / Double(max(1, bins))
        counts = Array(repeating: 0, count: max(1, bins))
    }

    /// Counts a value; what lies outside goes into the first or last bin, what is no number nowhere.
    mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        let bin = ((value - lower) / width).rounded(.down)
        counts[Int(min(Double(counts.count - 1), max(0, bin)))] += 1
    }

    /// A bin's lower edge; `counts.count` gives the end of the last.
    func edge(_ bin: Int) -> Double { lower + Double(bin) * width }
}
