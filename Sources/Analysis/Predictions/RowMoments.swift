/// Mean and squared deviations of a figure that comes row by row.
///
/// Welford's update: no large sums of squares are subtracted from each other.
struct RowMoments: Sendable {
    private var rows = 0
    private var mean = 0.0
    /// The sum of squared deviations from the mean.
    private var squares = 0.0

    /// Adds a row's figure.
    mutating func add(_ value: Double) {
        rows += 1
        let difference = value - mean
        mean += difference / Double(rows)
        squares += difference * (value - mean)
    }

    /// The mean, NaN of no rows, with its standard error where there are two rows.
    var estimate: Estimate {
        let error = rows > 1 ? (squares / Double(rows - 1) / Double(rows)).squareRoot() : nil
        return Estimate(value: rows > 0 ? mean : .nan, standardError: error)
    }
}
