import Models

/// What a model's weights alone say about its neurons, layer by layer.
public struct WeightFindings: Sendable {
    /// Neurons of each layer.
    public let layers: [Int]
    /// Norms and biases.
    public private(set) var weights = NeuronWeights()
    /// The moments of each neuron's effect on the vocabulary, `[neurons]`; nil for a model without unembedding.
    public private(set) var vocabulary: [CosineMoments]?
    /// The role of each neuron, nil for one without, `[neurons]`; nil for a model without unembedding.
    public private(set) var roleOfNeuron: [NeuronRole?]?
    /// The neurons with a role, in order.
    public internal(set) var roles: [RoleFinding] = []
    /// Which of them work on the same tokens; nil where only the columns were asked for, and for a model without unembedding.
    public internal(set) var ensembles: RoleEnsembles?

    init(layers: [Int], hasVocabulary: Bool) {
        self.layers = layers
        if hasVocabulary { (vocabulary, roleOfNeuron) = ([], []) }
    }

    mutating func append(_ mlp: ProcessedWeights.MLP, width: Int) { weights.append(mlp, width: width) }

    mutating func append(_ moments: [CosineMoments], roles: [NeuronRole?]) {
        vocabulary?.append(contentsOf: moments)
        roleOfNeuron?.append(contentsOf: roles)
    }

    /// The columns of numbers under the names of the authors' table, in its order.
    public var numbers: [(name: String, values: [Double])] {
        var numbers = [
            ("w_in_norm", weights.inputNorm), ("input_bias", weights.inputBias), ("w_out_norm", weights.outputNorm),
            ("in_out_sim", weights.similarity), ("l2_penalty", weights.penalty),
        ]
        if let vocabulary {
            numbers += [
                ("vocab_mean", vocabulary.map(\.mean)), ("vocab_var", vocabulary.map(\.variance)),
                ("vocab_skew", vocabulary.map(\.skewness)), ("vocab_kurt", vocabulary.map(\.kurtosis)),
            ]
        }
        return numbers
    }

    /// The same and the roles, as columns of the neuron table.
    public var columns: [(name: String, column: NeuronColumn)] {
        let roles = roleOfNeuron.map { [("role", NeuronColumn.texts($0.map { $0?.rawValue ?? "" }))] } ?? []
        return numbers.map { ($0.name, .numbers($0.values)) } + roles
    }
}
