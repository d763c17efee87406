/// The figures of each condition, from the sums of rows that come in a fixed order.
public struct InterventionTally: PredictionTally {
    private let question: InterventionQuestion
    private var moments: ConditionMoments

    /// No rows yet.
    public init(_ question: InterventionQuestion) {
        self.question = question
        moments = ConditionMoments(conditions: question.conditions.count, measures: question.measures.map(\.rawValue))
    }

    /// Adds rows behind those that it has.
    ///
    /// - Throws: `AnalysisError.sizeMismatch` for the sums of another question.
    public mutating func add(_ added: PredictionRows) throws { try moments.add(added) }

    /// What the rows say.
    public var summary: InterventionSummary {
        InterventionSummary(
            model: question.model, mean: question.mean, rows: moments.rows, tokens: moments.tokens, measures: question.measures,
            unmodified: moments.figures(ofCondition: 0),
            conditions: question.conditions.enumerated().map { .init(condition: $1, figures: moments.figures(ofCondition: $0 + 1)) })
    }
}
