import Analysis
import SystemPackage

/// Compares a run's results with those of another run, or with a published table of the same model's neurons.
public struct CompareResults: Sendable {
    /// The two sides: the folder of a run each, or a CSV file with columns `layer` and `neuron`.
    public let first, second: FilePath
    /// The excess correlation above which a neuron of a table is universal; nil for that of the run on the other side, or else 0.5.
    public let threshold: Double?
    /// Differences up to this count as agreement, as ``ColumnAgreement`` says.
    public let tolerance: Double
    /// How many neurons that differ are named.
    public let top: Int

    /// The authors' threshold.
    private static let defaultThreshold = 0.5
    /// What float16 and four decimals leave of published correlations.
    public static let defaultTolerance = 0.001

    /// A comparison of two sides.
    public init(
        first: FilePath, second: FilePath, threshold: Double? = nil, tolerance: Double = Self.defaultTolerance, top: Int = 10
    ) {
        self.first = first
        self.second = second
        self.threshold = threshold
        self.tolerance = tolerance
        self.top = top
    }

    /// Reads both sides and compares them.
    ///
    /// - Throws: As ``ComparedResults``; `PipelineError.otherModel` for a table with neurons that the run does not have, and
    ///   `.nothingToCompare` for tables without a common neuron.
    public func run() throws -> ComparisonReport {
        // The threshold of a run is that of a table which says nothing else.
        let unread = threshold ?? Self.defaultThreshold
        var (x, y) = (try ComparedResults(first, threshold: unread), try ComparedResults(second, threshold: unread))
        if threshold == nil {
            if let planned = x.run?.summary.universal.threshold, y.run == nil, planned != unread {
                y = try ComparedResults(second, threshold: planned)
            } else if let planned = y.run?.summary.universal.threshold, x.run == nil, planned != unread {
                x = try ComparedResults(first, threshold: planned)
            }
        }
        try Self.checkModel(of: y, against: x)
        try Self.checkModel(of: x, against: y)
        guard !Set(x.table.neurons).isDisjoint(with: y.table.neurons) else {
            throw PipelineError.nothingToCompare(file: first, other: second)
        }
        return ComparisonReport(
            first: .init(x), second: .init(y),
            comparison: TableComparison(
                x.table, y.table, tolerance: tolerance, top: top, total: [x.total, y.total].compactMap { $0 }.max()),
            expected: ExpectedDifference.between(x, y))
    }

    /// A run has all neurons of its model: a table with others is of another one.
    private static func checkModel(of side: ComparedResults, against run: ComparedResults) throws {
        guard run.run != nil else { return }
        let known = Set(run.table.neurons)
        if let foreign = side.table.neurons.first(where: { !known.contains($0) }) {
            throw PipelineError.otherModel(file: side.path, layer: foreign.layer, neuron: foreign.neuron, complete: run.path)
        }
    }
}
