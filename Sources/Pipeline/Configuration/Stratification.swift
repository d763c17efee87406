/// What divides the statistics beyond the replicates.
public enum Stratification: String, Codable, Hashable, Sendable, CaseIterable {
    /// Replicates alone.
    case none
    /// Replicates times the corpus's domains.
    case domain
}
