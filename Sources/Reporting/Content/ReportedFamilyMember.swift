/// A neuron of a family.
public struct ReportedFamilyMember: Codable, Sendable, Hashable {
    /// Layer and index.
    public var layer, neuron: Int
    /// What it is called: "layer.neuron", or with the mark of a direction.
    public var name: String
    /// Whether it is universal.
    public var isUniversal: Bool
    /// Its excess correlation.
    public var excess: Double
    /// The feature that explains it best, in words.
    public var explanation: String
    /// The share of its variance that the feature explains.
    public var score: Double
    /// Its best partner in each other model by its name, in the order of `ReportContent.others`.
    public var partners: [String]
    /// What each of them responds to, empty for nothing; an empty list where they were not compared with features.
    public var partnerExplanations: [String]

    /// A member.
    public init(
        layer: Int, neuron: Int, name: String? = nil, isUniversal: Bool, excess: Double, explanation: String, score: Double,
        partners: [String] = [], partnerExplanations: [String] = []
    ) {
        self.partnerExplanations = partnerExplanations
        self.layer = layer
        self.neuron = neuron
        self.name = name ?? "\(layer).\(neuron)"
        self.isUniversal = isUniversal
        self.excess = excess
        self.explanation = explanation
        self.score = score
        self.partners = partners
    }
}
