/// The candidates for entropy neurons of the reference, the random neurons beside them, and what fixing their activations does.
public struct ReportedEntropy: Codable, Sendable, Equatable {
    /// A candidate or a control.
    public struct Neuron: Codable, Sendable, Equatable {
        /// Layer and index.
        public var layer, neuron: Int
        /// Why it is listed: candidate, preset (by the paper's literal cuts only) or control.
        public var kind: String
        /// Whether it lies in the unembedding's null space further than nearly all random directions.
        public var isEntropyNeuron: Bool
        /// Whether it is universal.
        public var isUniversal: Bool
        /// The share of its output's length in the null space; nil where one is not finite, as all that follows.
        public var nullFraction: Double?
        /// ‖w_in‖² + ‖w_out‖².
        public var penalty: Double?
        /// Variance and kurtosis of its effect on the vocabulary.
        public var variance, kurtosis: Double?

        /// A neuron with its figures.
        public init(
            layer: Int, neuron: Int, kind: String, isEntropyNeuron: Bool, isUniversal: Bool, nullFraction: Double?, penalty: Double?,
            variance: Double?, kurtosis: Double?
        ) {
            (self.layer, self.neuron) = (layer, neuron)
            self.kind = kind
            self.isEntropyNeuron = isEntropyNeuron
            self.isUniversal = isUniversal
            (self.nullFraction, self.penalty, self.variance, self.kurtosis) = (nullFraction, penalty, variance, kurtosis)
        }

        /// Whether it is one of the random neurons.
        var isControl: Bool { kind == "control" }
        /// The neuron's name.
        var name: String { "\(layer).\(neuron)" }
    }

    /// The neurons, candidates first.
    public var neurons: [Neuron]
    /// The null-space fraction that all but one in a thousand random directions stay below; nil where it is not known.
    public var randomFraction: Double?
    /// Directions of the null space; nil where they are not known.
    public var dimensions: Int?
    /// What fixing the activations of these neurons does, where it was measured.
    public var responses: [ReportedResponse]

    /// Candidates and controls.
    public init(neurons: [Neuron], randomFraction: Double? = nil, dimensions: Int? = nil, responses: [ReportedResponse] = []) {
        self.neurons = neurons
        self.randomFraction = randomFraction
        self.dimensions = dimensions
        self.responses = responses
    }
}
