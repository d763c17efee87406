/// The sums that rows bring, each row's kept apart: batches of rows merge by standing behind one another, and every figure is the same
/// bits however the rows were cut into batches.
public struct PredictionRows: Sendable, Equatable {
    /// How many rows there are.
    public let count: Int
    /// Measured tokens of a row.
    public let tokens: Int
    /// Sums over a row's measured tokens, `[rows, 1 + conditions, measures]`, the unmodified run first.
    public let sums: [Double]

    /// Rows with their sums.
    ///
    /// - Precondition: There are as many sums for each row.
    public init(count: Int, tokens: Int, sums: [Double]) {
        precondition(count > 0 ? sums.count % count == 0 : sums.isEmpty, "sums of incomplete rows")
        self.count = count
        self.tokens = tokens
        self.sums = sums
    }

    /// The positions of a row that count: all but the first, where its BOS stands, and the last, whose next token nobody knows. The mask of
    /// a run's correlations is not asked: the authors count every token here.
    ///
    /// - Parameter context: tokens of a row.
    /// - Throws: `AnalysisError.configuration` for rows that have none.
    public static func positions(context: Int) throws -> Range<Int> {
        guard context > 2 else {
            throw AnalysisError.configuration(
                setting: "corpus.context", reason: "rows of \(context) tokens have none between the first and the last")
        }
        return 1..<context - 1
    }

    /// The first rows.
    public func prefix(_ rows: Int) -> PredictionRows {
        let kept = min(rows, count)
        return PredictionRows(count: kept, tokens: tokens, sums: Array(sums.prefix(kept * (count > 0 ? sums.count / count : 0))))
    }
}
