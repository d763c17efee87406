import Models
import Statistics

/// Computes the sums of some rows: a pure function of model, conditions and rows, so that it can be a task of its own.
///
///     let sums = try PredictionComputation(pass, measures: question.measures).sums(of: rows)
///
/// What counts are ``PredictionRows/positions(context:)``.
public struct PredictionComputation<Pass: PredictionPass>: Sendable {
    /// What measures.
    public let pass: Pass
    /// What is measured.
    public let measures: [Pass.Measures.Kind]

    /// A computation of some measures.
    public init(_ pass: Pass, measures: [Pass.Measures.Kind]) {
        self.pass = pass
        self.measures = measures
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
    ) throws -> PredictionRows {
        let positions = try PredictionRows.positions(context: rows.context)
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
        return PredictionRows(count: rows.count, tokens: positions.count, sums: sums)
    }
}
