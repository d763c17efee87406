import Analysis

/// The answer to a question about predictions, and where it is kept.
public struct MeasuredAnswer<Summary: PredictionSummary>: Codable, Sendable {
    /// The folder that it is kept in.
    public let folder: String
    /// Rows that were computed now; those that were there already are not among them.
    public let computedRows: Int
    /// Counted tokens of the answer that the folder has, where they are more than this one's: it stays there. Nil where this one is there.
    public let tableTokens: Int?
    /// The answer.
    public let summary: Summary
}

/// What changes of neurons do, and where that is kept.
public typealias InterventionOutcome = MeasuredAnswer<InterventionSummary>

/// How well a model predicts with neurons replaced by those of another, and where that is kept.
public typealias SubstitutionOutcome = MeasuredAnswer<SubstitutionSummary>
