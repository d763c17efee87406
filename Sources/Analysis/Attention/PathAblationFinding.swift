import Models

/// What a neuron does to a head by the path between them, over all samples (SPEC 8).
public struct PathAblationFinding: Codable, Hashable, Sendable {
    /// How a quantity goes with the neuron's activation.
    public struct Change: Codable, Hashable, Sendable {
        /// Its mean, without the path less with it.
        public let mean: Double
        /// Its correlations with the activation, by value and by rank; nil where one of the two does not vary.
        public let pearson, spearman: Double?

        init(_ values: [Double], activation: [Double]) {
            mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
            pearson = RankCorrelation.pearson(activation, values)
            spearman = RankCorrelation.spearman(activation, values)
        }
    }

    /// The neuron and the head.
    public let pair: NeuronHead
    /// The score by weights alone; nil where it was not computed.
    public let score: Float?
    /// Positions that were looked at.
    public let samples: Int
    /// The mean activation.
    public let activation: Double
    /// The head's mean attention to position 0, and the mean length of its output, with the path.
    public let attention, norm: Double
    /// The change of the attention to position 0 when the path is taken away.
    public let attentionChange: Change
    /// The change of the length of the head's output, and the same as a share of that length.
    public let normChange, normShare: Change

    /// Sums samples up, in their order.
    public init(_ pair: NeuronHead, score: Float? = nil, _ samples: PathSamples) {
        func mean(_ values: [Float]) -> Double {
            values.isEmpty ? 0 : values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        }
        let activation = samples.activation.map(Double.init)
        self.pair = pair
        self.score = score
        self.samples = samples.count
        self.activation = mean(samples.activation)
        attention = mean(samples.attention)
        norm = mean(samples.norm)
        attentionChange = Change(samples.attentionChange.map(Double.init), activation: activation)
        normChange = Change(samples.normChange.map(Double.init), activation: activation)
        // A head that gives nothing changes by no share of it.
        normShare = Change(
            zip(samples.normChange, samples.norm).map { $1 > 0 ? Double($0) / Double($1) : 0 }, activation: activation)
    }
}
