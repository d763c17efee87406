/// What an explainer, a language model or a person, has written of a neuron, and how well the activations that were simulated from it agree
/// with the real ones.
public struct WrittenExplanation: Codable, Hashable, Sendable {
    /// The neuron of the reference: its layer, and its number in there.
    public let layer, neuron: Int
    /// The explanation.
    public let explanation: String
    /// Pearson's correlation of simulated and real activations over all counted tokens that were held out; nil where one of them does not
    /// vary.
    public let score: Double?
    /// The mean of the same over each window alone, over those windows in which both vary; nil where there is none.
    public let windowScore: Double?
    /// The windows and their counted tokens.
    public let windows, tokens: Int
    /// Who has written it; nil where the answer does not say.
    public let explainer: String?

    /// An explanation that was scored.
    public init(
        layer: Int, neuron: Int, explanation: String, score: Double?, windowScore: Double?, windows: Int, tokens: Int, explainer: String?
    ) {
        self.layer = layer
        self.neuron = neuron
        self.explanation = explanation
        self.score = score
        self.windowScore = windowScore
        self.windows = windows
        self.tokens = tokens
        self.explainer = explainer
    }
}
