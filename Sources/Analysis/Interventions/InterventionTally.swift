/// Means over tokens and their standard errors over rows, from the sums of rows that come in a fixed order.
///
/// Rows have as many tokens each, so that the mean over all tokens is the mean of the rows' means; tokens of a row depend on one another,
/// rows do not. A change is taken row by row against the unmodified run, which leaves out of its error what makes rows easy or hard.
public struct InterventionTally: Sendable {
    private let question: InterventionQuestion
    private var rows = 0
    private var tokens = 0
    /// Over rows, `[1 + conditions, measures]`: of the figures, and of their changes.
    private var figures, changes: [RowMoments]

    /// No rows yet.
    public init(_ question: InterventionQuestion) {
        self.question = question
        let count = (1 + question.conditions.count) * question.measures.count
        figures = Array(repeating: RowMoments(), count: count)
        changes = figures
    }

    /// Adds rows behind those that it has.
    ///
    /// - Throws: `AnalysisError.sizeMismatch` for the sums of another question.
    public mutating func add(_ added: InterventionRows) throws {
        let measures = question.measures.count
        guard added.sums.count == added.count * figures.count else {
            throw AnalysisError.sizeMismatch(what: "sums of a row", expected: figures.count, found: added.sums.count / max(1, added.count))
        }
        for row in 0..<added.count {
            rows += 1
            tokens += added.tokens
            for index in figures.indices {
                let mean = added.sums[row * figures.count + index] / Double(added.tokens)
                let unmodified = added.sums[row * figures.count + index % measures] / Double(added.tokens)
                figures[index].add(mean)
                changes[index].add(mean - unmodified)
            }
        }
    }

    /// What the rows say.
    public var summary: InterventionSummary {
        let measures = question.measures
        func figures(_ condition: Int) -> [String: InterventionSummary.Figure] {
            let pairs = measures.enumerated().map { place, measure in
                let index = condition * measures.count + place
                return (
                    measure.rawValue,
                    InterventionSummary.Figure(
                        mean: self.figures[index].estimate, change: condition > 0 ? changes[index].estimate : nil)
                )
            }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
        return InterventionSummary(
            model: question.model, rows: rows, tokens: tokens, measures: measures, unmodified: figures(0),
            conditions: question.conditions.enumerated().map { .init(condition: $1, figures: figures($0 + 1)) })
    }
}
