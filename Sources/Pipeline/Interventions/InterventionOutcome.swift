import Analysis

/// The answer to a question about neurons.
public struct InterventionOutcome: Codable, Sendable {
    /// The folder that it is kept in.
    public let folder: String
    /// Rows that were computed now; those that were there already are not among them.
    public let computedRows: Int
    /// The answer.
    public let summary: InterventionSummary
}
