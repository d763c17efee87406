/// The figures of all neurons of a model by which entropy neurons and their controls are chosen, layer by layer, `[neurons]` each.
public struct EntropyFigures: Sendable {
    /// Neurons of each layer.
    public let layers: [Int]
    /// ‖w_in‖² + ‖w_out‖².
    public let penalty: [Double]
    /// The variance of the effect on the vocabulary.
    public let variance: [Double]
    /// Its kurtosis.
    public let kurtosis: [Double]
    /// The kurtosis of the pre-activations; nil where it was not computed.
    public let activationKurtosis: [Double]?
    private let firstOfLayer: [Int]

    /// Figures that are known.
    ///
    /// - Throws: `AnalysisError.sizeMismatch` when there are not as many of each.
    public init(layers: [Int], penalty: [Double], variance: [Double], kurtosis: [Double], activationKurtosis: [Double]? = nil) throws {
        let neurons = layers.reduce(0, +)
        for (what, values) in [("l2_penalty", penalty), ("vocab_var", variance), ("vocab_kurt", kurtosis), ("kurt", activationKurtosis)] {
            guard let values, values.count != neurons else { continue }
            throw AnalysisError.sizeMismatch(what: "neurons with \(what)", expected: neurons, found: values.count)
        }
        self.layers = layers
        self.penalty = penalty
        self.variance = variance
        self.kurtosis = kurtosis
        self.activationKurtosis = activationKurtosis
        firstOfLayer = layers.indices.map { layers[..<$0].reduce(0, +) }
    }

    /// Those of findings; nil for a model without unembedding.
    ///
    /// - Parameter activationKurtosis: of the pre-activations, where it was computed.
    public init?(_ findings: WeightFindings, activationKurtosis: [Double]? = nil) throws {
        guard let vocabulary = findings.vocabulary else { return nil }
        try self.init(
            layers: findings.layers, penalty: findings.weights.penalty, variance: vocabulary.map(\.variance),
            kurtosis: vocabulary.map(\.kurtosis), activationKurtosis: activationKurtosis)
    }

    /// How many neurons there are.
    public var neurons: Int { penalty.count }
    /// The last layer but one, or the only one.
    public var lastTwoLayers: Int { max(0, layers.count - 2) }

    /// A neuron's layer.
    ///
    /// - Parameter neuron: its place among all.
    public func layer(of neuron: Int) -> Int { (firstOfLayer.firstIndex { $0 > neuron } ?? layers.count) - 1 }
    /// A neuron's number within its layer.
    public func number(of neuron: Int) -> Int { neuron - firstOfLayer[layer(of: neuron)] }
}
