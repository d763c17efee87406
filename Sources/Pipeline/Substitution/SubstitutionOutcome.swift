import Analysis

/// How well a model predicts with neurons replaced by those of another, and where that is kept.
public struct SubstitutionOutcome: Codable, Sendable {
    /// The folder that it is kept in.
    public let folder: String
    /// Rows that were computed now; those that were there already are not among them.
    public let computedRows: Int
    /// The answer.
    public let summary: SubstitutionSummary
}
