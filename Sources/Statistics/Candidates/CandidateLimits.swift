/// What the products of candidates take beside their sums.
public enum CandidateLimits {
    /// Tokens of each column that are transposed at a time.
    public static let panelTokens = CandidateProducts.panel
}
