/// How a model predicts the token behind a position, and how its final norm scales the residual stream there.
public struct PredictionMeasures: Equatable, Sendable {
    /// One of the numbers.
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        /// −ln of the true next token's probability: nats.
        case loss
        /// The entropy of the distribution over the vocabulary: nats.
        case entropy
        /// How many tokens have a larger logit than the true next one: 0 where it is the first choice.
        case rank
        /// 1 / (rank + 1).
        case reciprocalRank = "reciprocal_rank"
        /// What the final norm divides by, √(variance + epsilon) of the residual stream; of the unmodified run where it is frozen.
        case scale
        /// The divergence KL(p ‖ u) of the distribution from that of token frequencies: nats. NaN where those are not given.
        case divergence = "unigram_kl"
    }

    /// −ln of the true next token's probability.
    public var loss: Double
    /// The entropy of the distribution.
    public var entropy: Double
    /// How many tokens have a larger logit than the true next one.
    public var rank: Int
    /// What the final norm divides by.
    public var scale: Double
    /// The divergence from token frequencies; NaN without.
    public var divergence: Double

    /// One of the numbers by its name.
    public subscript(kind: Kind) -> Double {
        switch kind {
        case .loss: loss
        case .entropy: entropy
        case .rank: Double(rank)
        case .reciprocalRank: 1 / Double(rank + 1)
        case .scale: scale
        case .divergence: divergence
        }
    }
}
