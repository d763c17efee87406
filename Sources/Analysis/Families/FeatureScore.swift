/// How well a 0/1 feature explains a neuron.
public struct FeatureScore: Hashable, Codable, Sendable {
    /// The feature's column in the bank.
    public let feature: Int
    /// The Pearson correlation of feature and neuron; its sign says whether the neuron is higher or lower where the feature holds.
    public let correlation: Float

    /// A feature's correlation with a neuron.
    public init(feature: Int, correlation: Float) {
        self.feature = feature
        self.correlation = correlation
    }

    /// The share of the neuron's variance that the feature explains (paper, "reduction of variance"): with p the share of tokens
    /// with feature f, (Var x − [p Var(x|f) + (1−p) Var(x|¬f)]) / Var x, which for a 0/1 feature is ρ².
    public var score: Double { Double(correlation) * Double(correlation) }

    /// Whether the neuron is lower where the feature holds: then it follows the feature's opposite, which explains as much of it.
    public var isNegative: Bool { correlation < 0 }
}
