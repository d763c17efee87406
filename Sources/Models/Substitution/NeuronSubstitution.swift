/// What a neuron's activation is replaced with: a linear function of another model's neuron at the same token, or one number (SPEC 12).
public struct NeuronSubstitution: Hashable, Codable, Sendable {
    /// The neuron of the other model that drives it.
    public struct Source: Hashable, Codable, Sendable {
        /// The neuron's layer.
        public let layer: Int
        /// Its number within the layer.
        public let neuron: Int
        /// Its mean.
        public let mean: Double
        /// β: what one of its units is worth, covariance / variance for the best fit.
        public let slope: Double

        /// A neuron with what its activations are worth.
        public init(layer: Int, neuron: Int, mean: Double, slope: Double) {
            self.layer = layer
            self.neuron = neuron
            self.mean = mean
            self.slope = slope
        }
    }

    /// The replaced neuron's layer.
    public let layer: Int
    /// Its number within the layer.
    public let neuron: Int
    /// Its mean.
    public let mean: Double
    /// What drives it; nil: it is its mean at every token.
    public let source: Source?

    /// A neuron with what takes its place.
    public init(layer: Int, neuron: Int, mean: Double, source: Source? = nil) {
        self.layer = layer
        self.neuron = neuron
        self.mean = mean
        self.source = source
    }

    /// mean + β (activation − the source's mean), as float32.
    func value(at activation: Float) -> Float {
        guard let source else { return Float(mean) }
        return Float(mean + source.slope * (Double(activation) - source.mean))
    }
}
