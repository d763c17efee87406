/// The neuron that a feature explains best; for the features of single letters, the letter's alphabet neuron.
public struct FeatureNeuron: Hashable, Codable, Sendable {
    /// The neuron's layer.
    public let layer: Int
    /// The neuron's index in its layer.
    public let neuron: Int
    /// The correlation of feature and neuron.
    public let correlation: Float

    /// The share of the neuron's variance that the feature explains.
    public var score: Double { Double(correlation) * Double(correlation) }
}
