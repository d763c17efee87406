import Models

/// What the feature bank says about one neuron.
public struct NeuronExplanation: Hashable, Codable, Sendable {
    /// Below this score a neuron counts as unexplained (paper, section 4).
    public static let explainedScore = 0.05
    /// Above this score the paper counts an explanation as a good one.
    public static let wellExplainedScore = 0.5

    /// The neuron's layer.
    public let layer: Int
    /// The neuron's index in its layer.
    public let neuron: Int
    /// The feature with the highest score; nil where the neuron has no variance.
    public let best: FeatureScore?
    /// The feature with the second highest score.
    public let second: FeatureScore?
    /// The best score within each family that has features; empty for neurons of other models than the reference.
    public let familyScores: [FeatureFamily: Double]
    /// The family of the best feature; nil when the neuron is unexplained.
    public let family: FeatureFamily?

    /// Whether a feature explains more than half of the neuron's variance.
    public var isWellExplained: Bool { (best?.score ?? 0) > Self.wellExplainedScore }
}
