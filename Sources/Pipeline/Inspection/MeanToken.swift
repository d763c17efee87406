/// A token of the vocabulary at which a neuron is most active on average.
public struct MeanToken: Codable, Sendable, Equatable {
    /// The token.
    public let id: Int
    /// Its text, or its id where there is no tokenizer.
    public let text: String
    /// The mean activation over the counted places where it stands.
    public let value: Float
    /// How many these are.
    public let count: Int
}
