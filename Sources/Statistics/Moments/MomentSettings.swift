/// What is gathered of the references' neurons besides cross-products: moments of their pre-activations, and the tokens at which they are most
/// active.
public struct MomentSettings: Hashable, Codable, Sendable {
    /// Tokens of the vocabulary kept for each neuron, those with the highest activations; 0 keeps none.
    public var maxima: Int
    /// Tokens of the vocabulary named for each neuron, those with the highest mean activations. For these the sums of all tokens are kept; nil
    /// keeps none, so that such plans have the identity that they had before there were means.
    public var means: Int?

    /// Settings; the default is that of every configuration that says nothing else, and the authors' but for means, which take much memory.
    public init(maxima: Int = 100, means: Int? = nil) {
        self.maxima = maxima
        self.means = means
    }

    /// Whether sums by token are kept.
    public var keepsMeans: Bool { means != nil }
}
