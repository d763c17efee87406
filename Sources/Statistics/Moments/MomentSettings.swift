/// What is gathered of the references' neurons besides cross-products: moments of their pre-activations, and the tokens at which they are most
/// active.
public struct MomentSettings: Hashable, Codable, Sendable {
    /// Tokens of the vocabulary kept for each neuron, those with the highest activations; 0 keeps none.
    public var maxima: Int

    /// Settings; the default is that of every configuration that says nothing else, and the authors'.
    public init(maxima: Int = 100) { self.maxima = maxima }
}
