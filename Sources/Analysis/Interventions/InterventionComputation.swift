import Models
import Statistics

/// Computes the sums of some rows: a pure function of model, conditions and rows, so that it can be a task of its own.
///
/// What counts are all positions of a row but the first, where its BOS stands, and the last, whose next token nobody knows. The mask of a
/// run's correlations is not asked: the authors count every token here.
public struct InterventionComputation: Sendable {
    /// What measures.
    public let pass: InterventionPass
    /// What is measured.
    public let measures: [PredictionMeasures.Kind]

    /// A computation of some measures.
    public init(_ pass: InterventionPass, measures: [PredictionMeasures.Kind]) {
        self.pass = pass
        self.measures = measures
    }

    /// The positions of a row that count.
    ///
    /// - Throws: `AnalysisError.configuration` for rows that have none.
    public static func positions(context: Int) throws -> Range<Int> {
        guard context > 2 else {
            throw AnalysisError.configuration(
                setting: "corpus.context", reason: "rows of \(context) tokens have none between the first and the last")
        }
        return 1..<context - 1
    }

    /// Computes rows, one after the other, in the calling thread.
    ///
    /// - Parameters:
    ///   - rows: their tokens.
    ///   - check: asked at every position of every condition; what it throws ends the work.
    ///   - finishRow: called behind each row.
    /// - Throws: `AnalysisError.configuration`, `ModelError`, what `check` throws.
    public func sums(
        of rows: ShardRows, check: () throws -> Void = {}, finishRow: () -> Void = {}
    ) throws -> InterventionRows {
        let positions = try Self.positions(context: rows.context)
        let workspace = try pass.makeWorkspace(context: rows.context)
        let size = (1 + pass.conditions.count) * measures.count
        var sums = [Double](repeating: 0, count: rows.count * size)
        try rows.tokens.withUnsafeBufferPointer { tokens in
            for row in 0..<rows.count {
                let ids = UnsafeBufferPointer(rebasing: tokens[row * rows.context..<(row + 1) * rows.context])
                try pass.measure(
                    TokenRow(index: rows.indices[row], domain: rows.domains[row], tokens: ids), at: positions, workspace: workspace
                ) { condition, _, found in
                    try check()
                    let first = row * size + condition * measures.count
                    for (place, measure) in measures.enumerated() { sums[first + place] += found[measure] }
                }
                finishRow()
            }
        }
        return InterventionRows(count: rows.count, tokens: positions.count, sums: sums)
    }
}
