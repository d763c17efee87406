/// A prediction or suppression neuron beside the others of its model: who does the opposite to the same tokens, and who the same.
public struct EnsembleNeuron: Hashable, Sendable {
    /// Another neuron.
    public struct Partner: Hashable, Sendable {
        /// The neuron's layer.
        public let layer: Int
        /// Its number within the layer.
        public let neuron: Int
        /// The cosine of the two neurons' effects on the vocabulary.
        public let cosine: Float
    }

    /// The neuron's layer.
    public let layer: Int
    /// Its number within the layer.
    public let neuron: Int
    /// Prediction or suppression.
    public let role: NeuronRole
    /// The neuron of the other role with the smallest cosine: of a suppression neuron the prediction neuron that raises what it lowers; nil
    /// where there is none of the other role.
    public let opposed: Partner?
    /// The other neuron of the same role with the largest cosine; nil for the only one.
    public let allied: Partner?
    /// The number of its ensemble, from 1, by the first neuron; nil for a neuron that is in none.
    public let ensemble: Int?
}
