/// How well two tables agree in a column of numbers, over the neurons for which both have one.
public struct ColumnAgreement: Codable, Sendable {
    /// The column's name.
    public let column: String
    /// Neurons for which both tables have a number.
    public let neurons: Int
    /// Mean of the first less the second.
    public let meanDifference: Double
    /// Root mean square of the differences.
    public let rootMeanSquare: Double
    /// The largest difference, whatever its sign.
    public let largest: Double
    /// The neuron that has it.
    public let largestAt: NeuronPlace
    /// Differences up to this count as agreement.
    public let tolerance: Double
    /// Neurons that agree so.
    public let withinTolerance: Int
    /// Pearson's correlation of the two columns; nil where one does not vary.
    public let pearson: Double?
    /// Spearman's rank correlation, ties averaged.
    public let spearman: Double?

    /// Columns whose numbers lie between −1 and 1: their tolerance is absolute.
    private static let bounded: Set<String> = [
        "max_corr", "mean_corr", "min_corr", "max_baseline", "min_baseline", "mean_baseline", "excess_corr", "in_out_sim", "sparsity",
        "explanation_score", "explanation_corr",
    ]

    /// Compares two columns; nil where there is no neuron for which both have a number.
    ///
    /// - Parameters:
    ///   - tolerance: absolute for correlations and shares; for other columns in standard deviations of the first table's numbers.
    public init?(_ column: String, _ first: [Double], _ second: [Double], neurons: [NeuronPlace], tolerance: Double) {
        precondition(first.count == neurons.count && second.count == neurons.count)
        let known = neurons.indices.filter { first[$0].isFinite && second[$0].isFinite }
        guard let start = known.first else { return nil }
        let (x, y) = (known.map { first[$0] }, known.map { second[$0] })
        var (sum, squares, largest, place) = (0.0, 0.0, -1.0, start)
        for (i, (a, b)) in zip(known, zip(x, y)) {
            sum += a - b
            squares += (a - b) * (a - b)
            if abs(a - b) > largest { (largest, place) = (abs(a - b), i) }
        }
        let count = Double(known.count)
        self.column = column
        self.neurons = known.count
        meanDifference = sum / count
        rootMeanSquare = (squares / count).squareRoot()
        self.largest = largest
        largestAt = neurons[place]
        let isBounded = Self.bounded.contains(column) || column.hasSuffix("_corr") || column.hasSuffix("_corr_crossfit")
        let limit = isBounded ? tolerance : tolerance * Self.deviation(x)
        self.tolerance = limit
        // Decimals of the limit's own size are not exact in binary: 0.501 - 0.5 is a little above 0.001.
        withinTolerance = zip(x, y).count { abs($0 - $1) <= limit * (1 + 1e-9) + 1e-15 }
        pearson = RankCorrelation.pearson(x, y)
        spearman = RankCorrelation.spearman(x, y)
    }

    /// Population standard deviation.
    private static func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
}
