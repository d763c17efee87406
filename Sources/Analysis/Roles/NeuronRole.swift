/// What a neuron does to the next token's logits, told by its effect on the vocabulary (paper, section 5).
public enum NeuronRole: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
    /// Raises a small set of tokens, and leaves the others alone.
    case prediction
    /// Lowers a small set of tokens.
    case suppression
    /// Raises one large part of the vocabulary and lowers another one.
    case partition
}
