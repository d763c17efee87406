import Models

/// Which neurons of a model may switch which heads, by weights alone.
public struct AttentionFindings: Sendable {
    /// The token that rows begin with.
    public let token: Int
    /// Layers of the model, and heads in each.
    public let layers, heads: Int
    /// Neurons and heads by |score|, the largest first; as many as were asked for.
    public let ranking: [AttentionNeuron]
    /// For each neuron the heads with the largest |score|, as layer · heads + head, `[neurons, strongestHeads]`; −1 where there are fewer.
    public let strongest: [Int32]
    /// Their scores, NaN where there are fewer.
    public let strongestScores: [Float]
    /// How many heads are kept of each neuron.
    public static let strongestHeads = 3
    /// The shares of random directions whose scores are in `nullQuantiles`.
    public static let nullShares = [0.001, 0.01, 0.5, 0.99, 0.999]
    /// The scores that these shares of random directions stay below, for each head: `[layers · heads, nullShares]`.
    public let nullQuantiles: [Double]
    /// The length of W_Q k_BOS / √(head width) of each head: the largest score that there can be, `[layers · heads]`.
    public let norms: [Double]
    /// Above this |cosine| with a head's direction a neuron is said to switch it: of as many random directions as there are pairs of a neuron
    /// and a later head, one in a hundred models would have one.
    public let threshold: Double
    /// How many pairs are above it.
    public let switches: Int

    /// The rows of `ranking` of a neuron.
    public func heads(ofLayer layer: Int, neuron: Int) -> [AttentionNeuron] {
        ranking.filter { $0.pair.layer == layer && $0.pair.neuron == neuron }
    }

    /// How many models of random weights would have a pair above the threshold.
    static let chance = 0.01

    /// The |cosine| of a fixed direction and random ones without mean that one of `pairs` exceeds with probability `chance`.
    ///
    /// In m = d_model − 1 dimensions c √(m − 1) / √(1 − c²) has Student's t distribution with m − 1 degrees of freedom.
    static func threshold(pairs: Int, width: Int) -> Double {
        let freedom = max(1, width - 2)
        guard pairs > 0 else { return 1 }
        let t = StudentT(degreesOfFreedom: freedom).quantile(1 - chance / (2 * Double(pairs)))
        return t / (t * t + Double(freedom)).squareRoot()
    }
}
