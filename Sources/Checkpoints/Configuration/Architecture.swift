/// The kind of model that a configuration describes, by its `model_type`.
public enum Architecture: String, Codable, Sendable, CaseIterable {
    /// GPT-2: learned position embeddings, attention and MLP one after the other.
    case gpt2
    /// GPT-NeoX, of which Pythia is one: rotated queries and keys, attention and MLP side by side, an unembedding of its own.
    case gptNeoX = "gpt_neox"

    /// What its `config.json` calls the number that layer norms add to a variance.
    var normEpsilonField: String {
        switch self {
        case .gpt2: "layer_norm_epsilon"
        case .gptNeoX: "layer_norm_eps"
        }
    }
}
