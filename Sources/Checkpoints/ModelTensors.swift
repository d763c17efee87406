/// The tensors of a GPT-2 model: their names without prefix and the shapes that a configuration gives them.
///
/// Matrices are stored `[inputs, outputs]` (transformers' `Conv1D`), so that `[tokens, inputs] × [inputs, outputs]` needs no transposition.
public struct GPT2Tensors: Sendable {
    private let configuration: ModelConfiguration

    /// The tensors that a model of this configuration has.
    public init(_ configuration: ModelConfiguration) {
        self.configuration = configuration
    }

    /// A tensor that the model must have.
    public typealias Required = (name: String, shape: [Int])

    /// The embeddings: of tokens `[vocabulary, width]`, of positions `[positions, width]`.
    public var embeddings: [Required] {
        [
            ("wte.weight", [configuration.vocabularySize, configuration.width]),
            ("wpe.weight", [configuration.positions, configuration.width]),
        ]
    }

    /// The tensors of one block, in the order in which the forward pass uses them.
    public func block(_ layer: Int) -> [Required] {
        let width = configuration.width
        let mlp = configuration.mlpWidth
        let tensors: [Required] = [
            ("ln_1.weight", [width]), ("ln_1.bias", [width]),
            ("attn.c_attn.weight", [width, 3 * width]), ("attn.c_attn.bias", [3 * width]),
            ("attn.c_proj.weight", [width, width]), ("attn.c_proj.bias", [width]),
            ("ln_2.weight", [width]), ("ln_2.bias", [width]),
            ("mlp.c_fc.weight", [width, mlp]), ("mlp.c_fc.bias", [mlp]),
            ("mlp.c_proj.weight", [mlp, width]), ("mlp.c_proj.bias", [width]),
        ]
        return tensors.map { ("h.\(layer).\($0.name)", $0.shape) }
    }

    /// The norm after the last block.
    public var finalNorm: [Required] { [("ln_f.weight", [configuration.width]), ("ln_f.bias", [configuration.width])] }

    /// The unembedding `[vocabulary, width]` of a model that stores its own.
    public var unembedding: Required { ("lm_head.weight", [configuration.vocabularySize, configuration.width]) }

    /// Everything that every model of this configuration has.
    public var all: [Required] { embeddings + (0..<configuration.layers).flatMap(block) + finalNorm }

    /// Whether a tensor is known and holds nothing that the activations depend on: the causal mask that older versions of transformers
    /// saved as buffers, and heads other than the unembedding, which stand above the last block.
    static func isWithoutEffect(_ name: String) -> Bool {
        if ["score.weight", "classifier.weight", "classifier.bias", "qa_outputs.weight", "qa_outputs.bias"].contains(name) { return true }
        if name.hasPrefix("multiple_choice_head.summary.") { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "h", Int(parts[1]) != nil, parts[2] == "attn" else { return false }
        return parts[3] == "bias" || parts[3] == "masked_bias"
    }
}
