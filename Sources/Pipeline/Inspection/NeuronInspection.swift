import Analysis

/// All that a run knows of one neuron of its reference model, of another group's reference, or, where features are of all models, of any. What a
/// run does not have is nil.
public struct NeuronInspection: Codable, Sendable {
    /// A token at which the neuron is strongly active.
    public struct Example: Codable, Sendable {
        /// The activation.
        public let value: Float
        /// Row of the corpus and position in it.
        public let row, position: Int
        /// The row's domain; nil where the corpus has no more than one, or is gone.
        public let domain: String?
        /// Text before the token, the token, and text after it; ids where there is no tokenizer.
        public let before, token, after: String
        /// Whether these are texts; nil counts as true.
        public let isText: Bool?
    }

    /// A feature that explains the neuron's activations.
    public struct Explanation: Codable, Sendable, Equatable {
        /// The feature's name.
        public let feature: String
        /// The family of the best feature.
        public let family: String?
        /// The correlation of feature and neuron; nil where the table has none.
        public let correlation: Double?
        /// The share of the neuron's variance that the feature explains.
        public let score: Double?
    }

    /// A token of the vocabulary at which the neuron is most active.
    public struct Token: Codable, Sendable {
        /// The token.
        public let id: Int
        /// Its text, or its id where there is no tokenizer.
        public let text: String
        /// The highest activation at it.
        public let value: Float
    }

    /// Layer and index.
    public let layer, neuron: Int
    /// The column as people write it where it is no neuron, `3.r117`; nil for a neuron.
    public let name: String?
    /// What the column is where it is no neuron, such as principal direction; nil for a neuron.
    public let kind: String?
    /// The model's id.
    public let model: String?
    /// The reference that the model is compared with, where it is none itself: of its neurons alone a run says whether they are universal.
    public let reference: String?
    /// The neuron's row of `neurons.csv`, by column; empty before the analysis.
    public let columns: [String: TableCell]
    /// The names of the columns in the file's order.
    public let order: [String]
    /// Where its figures stand within its layer, by column, from 0 to 100.
    public let percentiles: [String: Double]?
    /// Its partners in each other model.
    public let partners: [PartnerInspection]?
    /// The feature that explains it best, and the second best one.
    public let explanations: [Explanation]?
    /// What it does to the vocabulary, if it has a role.
    public let role: RoleNeuron?
    /// The tokens that its output moves most (by the unembedding), and those that its input reads (by the embedding).
    public let vocabulary: [TokenEffect]?
    /// The cliques that it is in; empty for none, nil where not all pairs of models were compared.
    public let cliques: [CliqueMembership]?
    /// What each domain's tokens alone say.
    public let domains: [DomainVerdict]?
    /// Its rows of further tables, what archives of all neurons say of it, and what was measured when somebody asked.
    public let tables: [TableExcerpt]?
    /// Where in a row it fires; nil where the run keeps no moments, before the analysis, and of another group's reference.
    public let positions: PositionProfile?
    /// Its strongest examples.
    public let examples: [Example]
    /// The tokens of its highest activations, highest first; nil where the run keeps none.
    public let tokens: [Token]?
    /// The tokens of its highest mean activations, highest first; nil where the run keeps no means, before the analysis, and of another group's
    /// reference.
    public let means: [MeanToken]?
    /// What an explainer has written of it, with a score; nil where none has.
    public let written: WrittenExplanation?
    /// What the run's results do without; nil for complete ones.
    public let incomplete: Incompleteness?
}

extension NeuronInspection {
    /// Looks one neuron up; of several ``RunNeurons`` reads the run's files once.
    ///
    /// - Parameter id: the model, a reference of one of the run's groups, or any whose neurons are compared with features; nil: the run's
    ///   reference.
    /// - Throws: `PipelineError.noSuchNeuron`, `.noSuchDirection`, `.noReference`, `.planMissing`, errors of the files.
    public init(layer: Int, neuron: Int, of id: String? = nil, in folder: RunFolder) throws {
        var neurons = try RunNeurons(of: id, in: folder)
        self = try neurons.inspection(layer: layer, neuron: neuron)
    }
}
