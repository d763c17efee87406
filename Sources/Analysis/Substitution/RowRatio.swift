/// The ratio of the means of two figures that come row by row.
struct RowRatio: Sendable {
    private var rows = 0
    private var part = 0.0, whole = 0.0
    /// Sums of products of deviations from the means.
    private var partSquares = 0.0, wholeSquares = 0.0, products = 0.0

    /// Adds a row's two figures.
    mutating func add(_ part: Double, of whole: Double) {
        rows += 1
        let (partDifference, wholeDifference) = (part - self.part, whole - self.whole)
        self.part += partDifference / Double(rows)
        self.whole += wholeDifference / Double(rows)
        partSquares += partDifference * (part - self.part)
        wholeSquares += wholeDifference * (whole - self.whole)
        products += partDifference * (whole - self.whole)
    }

    /// part / whole; nil where the whole is none, or less. The error is that of part − ratio · whole over rows, by the size of the whole.
    var estimate: Estimate? {
        guard whole > 0 else { return nil }
        let ratio = part / whole
        guard rows > 1 else { return Estimate(value: ratio, standardError: nil) }
        let squares = max(0, partSquares - 2 * ratio * products + ratio * ratio * wholeSquares)
        return Estimate(value: ratio, standardError: (squares / Double(rows - 1) / Double(rows)).squareRoot() / whole)
    }
}
