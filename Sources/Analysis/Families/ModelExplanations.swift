/// What the feature bank says about a model beside the reference.
public struct ModelExplanations: Codable, Sendable {
    /// The model's id.
    public let model: String
    /// What it says.
    public let explanations: FeatureExplanations

    /// What a feature bank says about a model.
    public init(model: String, explanations: FeatureExplanations) {
        self.model = model
        self.explanations = explanations
    }

    /// The most bytes that a neuron's takes in memory: layer, number, two features with their correlations, family.
    public static let bytesPerNeuron = MemoryLayout<NeuronExplanation>.stride
}
