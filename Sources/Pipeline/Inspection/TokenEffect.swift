/// The tokens whose vectors a neuron's weights are closest to and furthest from, with the moments of all cosines.
public struct TokenEffect: Codable, Sendable {
    /// A token.
    public struct Token: Codable, Sendable {
        /// Its id.
        public let id: Int
        /// Its text; nil where there is no tokenizer, or it has no such token.
        public let text: String?
        /// The cosine of its vector with the neuron's weights.
        public let cosine: Float
    }

    /// Which of the neuron's weights.
    public let weights: LayerVocabulary.Side
    /// Which vectors of the tokens: those of the unembedding or of the embedding.
    public let matrix: String
    /// Mean and variance of the cosines over the vocabulary; nil for weights of 0.
    public let mean, variance: Double?
    /// Skewness and kurtosis; nil where all cosines are equal.
    public let skewness, kurtosis: Double?
    /// The tokens of highest cosine, the highest first, and those of lowest cosine, the lowest first.
    public let highest, lowest: [Token]
}
