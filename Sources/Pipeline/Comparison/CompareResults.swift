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
    /// Of runs with groups of models the reference whose neurons are compared; nil for the runs' own.
    public let model: String?

    /// The authors' threshold.
    private static let defaultThreshold = 0.5
    /// What float16 and four decimals leave of published correlations.
    public static let defaultTolerance = 0.001

    /// A comparison of two sides.
    public init(
        first: FilePath, second: FilePath, threshold: Double? = nil, tolerance: Double = Self.defaultTolerance, top: Int = 10,
        model: String? = nil
    ) {
        self.first = first
        self.second = second
        self.threshold = threshold
        self.tolerance = tolerance
        self.top = top
        self.model = model
    }

    /// Reads both sides and compares them.
    ///
    /// Of two runs all pairs of models are compared that both have, by the models' ids.
    ///
    /// - Throws: As ``ComparedResults``; `PipelineError.noReference` for a model where neither side is a run; `.otherColumns` where they are
    ///   not the same neurons or directions; `.otherModel` for a table with neurons that the run does not have, and `.nothingToCompare` for
    ///   tables without a common neuron.
    public func run() throws -> ComparisonReport {
        // The threshold of a run is that of a table which says nothing else.
        let unread = threshold ?? Self.defaultThreshold
        var (x, y) = (
            try ComparedResults(first, threshold: unread, model: model), try ComparedResults(second, threshold: unread, model: model)
        )
        if let model, x.run == nil, y.run == nil { throw PipelineError.noReference(model: model, folder: first, references: []) }
        if threshold == nil {
            if let planned = x.run?.summary.universal.threshold, y.run == nil, planned != unread {
                y = try ComparedResults(second, threshold: planned, model: model)
            } else if let planned = y.run?.summary.universal.threshold, x.run == nil, planned != unread {
                x = try ComparedResults(first, threshold: planned, model: model)
            }
        }
        try x.checkColumns(against: y)
        try Self.checkModel(of: y, against: x)
        try Self.checkModel(of: x, against: y)
        guard !Set(x.table.neurons).isDisjoint(with: y.table.neurons) else {
            throw PipelineError.nothingToCompare(file: first, other: second)
        }
        return ComparisonReport(
            first: .init(x), second: .init(y), names: x.names,
            comparison: TableComparison(
                x.table, y.table, tolerance: tolerance, top: top, total: [x.total, y.total].compactMap { $0 }.max(),
                isOfSameTokens: x.hasSameStatistics(as: y)),
            pairs: try x.run.flatMap { x in try y.run.map { y in try PairAgreement.between(x, y, tolerance: tolerance) } },
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
