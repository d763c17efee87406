import Pipeline

/// One neuron of the reference model, as the table shows it.
public struct ReportedNeuron: Codable, Sendable, Equatable {
    /// Its layer.
    public var layer: Int
    /// Its index within the layer.
    public var neuron: Int
    /// What it is called: "layer.neuron", or with the mark of a direction.
    public var name: String
    /// Excess correlation.
    public var excess: ReportedFigure
    /// Best correlation, mean over the other models.
    public var bestCorrelation: Double
    /// Rotation baseline, mean over the other models.
    public var baseline: Double
    /// Whether the excess is above the threshold.
    public var isUniversal: Bool
    /// The best partner in each other model, in the order of `ReportContent.others`; empty when not known.
    public var partners: [ReportedPartner]
    /// The feature that explains it best, in words; one that it is lower with begins with `FeatureExplanations.negation`.
    public var explanation: String?
    /// The share of its variance that the feature explains.
    public var explanationScore: Double?
    /// The feature's family.
    public var family: String?
    /// What it does to the vocabulary: prediction, suppression or partition.
    public var role: String?
    /// The tokens that its output raises most, and those that it lowers most; empty where they are not known.
    public var promoted, suppressed: [ReportedToken]
    /// Its strongest examples, strongest first.
    public var examples: [ReportedExample]
    /// What an explainer has written of it, with a score; nil where none has.
    public var written: WrittenExplanation?

    /// A row of the table.
    public init(
        layer: Int, neuron: Int, name: String? = nil, excess: ReportedFigure, bestCorrelation: Double, baseline: Double,
        isUniversal: Bool, partners: [ReportedPartner] = [], explanation: String? = nil, explanationScore: Double? = nil,
        family: String? = nil, role: String? = nil, promoted: [ReportedToken] = [], suppressed: [ReportedToken] = [],
        examples: [ReportedExample] = []
    ) {
        self.layer = layer
        self.neuron = neuron
        self.name = name ?? "\(layer).\(neuron)"
        self.excess = excess
        self.bestCorrelation = bestCorrelation
        self.baseline = baseline
        self.isUniversal = isUniversal
        self.partners = partners
        self.explanation = explanation
        self.explanationScore = explanationScore
        self.family = family
        self.role = role
        self.promoted = promoted
        self.suppressed = suppressed
        self.examples = examples
    }
}
