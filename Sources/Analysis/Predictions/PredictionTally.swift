/// Means over tokens and their standard errors over rows, from the sums of rows that come in a fixed order.
public protocol PredictionTally: Sendable {
    /// What was asked.
    associatedtype Question
    /// The answer.
    associatedtype Summary: PredictionSummary

    /// No rows yet.
    init(_ question: Question)

    /// Adds rows behind those that it has.
    ///
    /// - Throws: `AnalysisError.sizeMismatch` for the sums of another question.
    mutating func add(_ added: PredictionRows) throws

    /// What the rows say.
    var summary: Summary { get }
}
