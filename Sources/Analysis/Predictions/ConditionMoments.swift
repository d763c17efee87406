/// Means over tokens of each condition's measures, their changes from the unmodified run, and the standard errors of both over rows.
///
/// Rows have as many tokens each, so that the mean over all tokens is the mean of the rows' means; tokens of a row depend on one another,
/// rows do not. A change is taken row by row against the unmodified run, which leaves out of its error what makes rows easy or hard.
struct ConditionMoments: Sendable {
    /// The names of the measures, in the order of the sums.
    private let measures: [String]
    /// Over rows, `[1 + conditions, measures]`: of the figures, and of their changes.
    private var figures, changes: [RowMoments]
    /// Rows and their measured tokens so far.
    private(set) var rows = 0, tokens = 0

    /// No rows yet.
    init(conditions: Int, measures: [String]) {
        self.measures = measures
        figures = Array(repeating: RowMoments(), count: (1 + conditions) * measures.count)
        changes = figures
    }

    /// Adds rows behind those that it has.
    ///
    /// - Returns: each row's means over its tokens, `[1 + conditions, measures]`.
    /// - Throws: `AnalysisError.sizeMismatch` for the sums of another question.
    @discardableResult
    mutating func add(_ added: PredictionRows) throws -> [[Double]] {
        guard added.sums.count == added.count * figures.count else {
            throw AnalysisError.sizeMismatch(what: "sums of a row", expected: figures.count, found: added.sums.count / max(1, added.count))
        }
        rows += added.count
        tokens += added.count * added.tokens
        var found: [[Double]] = []
        for row in 0..<added.count {
            let means = added.sums[row * figures.count..<(row + 1) * figures.count].map { $0 / Double(added.tokens) }
            for index in figures.indices {
                figures[index].add(means[index])
                changes[index].add(means[index] - means[index % measures.count])
            }
            found.append(means)
        }
        return found
    }

    /// What the rows say of a condition, by measure; 0 is the unmodified run, which has no changes.
    func figures(ofCondition condition: Int) -> [String: InterventionSummary.Figure] {
        let pairs = measures.enumerated().map { place, measure in
            let index = condition * measures.count + place
            return (
                measure, InterventionSummary.Figure(mean: figures[index].estimate, change: condition > 0 ? changes[index].estimate : nil)
            )
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}
