/// A neuron with a role, the tokens that it moves most, and what these have in common.
public struct RoleFinding: Sendable {
    /// A token and the cosine of its unembedding with the neuron's output.
    public struct Token: Hashable, Sendable {
        /// The token's id.
        public let id: Int
        /// The cosine.
        public let cosine: Float
    }

    /// The neuron's layer.
    public let layer: Int
    /// Its number within the layer.
    public let neuron: Int
    /// What it does.
    public let role: NeuronRole
    /// The moments of its effect on the vocabulary.
    public let moments: CosineMoments
    /// The tokens that it raises most, the first one most of all.
    public let promoted: [Token]
    /// The tokens that it lowers most, the first one most of all.
    public let suppressed: [Token]
    /// For each feature of the tokens the contrast; nil for one that holds for all tokens or for none. Empty without features.
    public let contrasts: [TokenContrast?]

    /// The features by the share of the variance that they explain, the best first; equal ones in their order.
    public var ranking: [Int] {
        let known = contrasts.indices.filter { contrasts[$0] != nil }
        func reduction(_ feature: Int) -> Double { contrasts[feature]?.reduction ?? 0 }
        return known.sorted { (reduction($0), $1) > (reduction($1), $0) }
    }
}
