/// How a model predicts the token behind a position with neurons replaced.
public struct SubstitutionMeasures: Equatable, Sendable {
    /// One of the numbers.
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        /// −ln of the true next token's probability: nats.
        case loss
        /// The entropy of the distribution over the vocabulary: nats.
        case entropy
        /// The divergence KL(p ‖ q) of the unmodified model's distribution p from the distribution q: nats.
        case divergence = "kl"
    }

    /// −ln of the true next token's probability.
    public var loss: Double
    /// The entropy of the distribution.
    public var entropy: Double
    /// The divergence of the unmodified distribution from it; 0 in the unmodified run.
    public var divergence: Double

    /// One of the numbers by its name.
    public subscript(kind: Kind) -> Double {
        switch kind {
        case .loss: loss
        case .entropy: entropy
        case .divergence: divergence
        }
    }
}
