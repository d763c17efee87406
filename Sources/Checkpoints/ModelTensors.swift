/// The tensors of a model: their names without prefix and the shapes that a configuration gives them.
///
/// GPT-2 stores matrices `[inputs, outputs]` (transformers' `Conv1D`), so that `[tokens, inputs] × [inputs, outputs]` needs no transposition;
/// GPT-NeoX stores them `[outputs, inputs]`.
public struct ModelTensors: Sendable {
    /// A tensor that the model must have.
    public struct Required: Sendable, Equatable {
        /// Its name without prefix.
        public let name: String
        /// Its shape as stored.
        public let shape: [Int]
    }

    /// A matrix and what is added to its product.
    public struct Affine: Sendable {
        /// `[inputs, outputs]`, or `[outputs, inputs]` where the architecture stores them so.
        public let matrix: Required
        /// `[outputs]`; nil for a model without.
        public let bias: Required?
        /// The length of the bias.
        public let outputs: Int

        /// The matrix and the bias, if there is one.
        public var all: [Required] { [matrix] + (bias.map { [$0] } ?? []) }
    }

    /// The gain and the offset of a layer norm, `[width]` each.
    public struct Norm: Sendable {
        /// What the normalised values are multiplied with.
        public let gain: Required
        /// What is added then.
        public let offset: Required

        /// Both.
        public var all: [Required] { [gain, offset] }
    }

    /// The tensors of one block.
    public struct Block: Sendable {
        /// Before the attention.
        public let attentionNorm: Norm
        /// Queries, keys and values.
        public let queryKeyValue: Affine
        /// From the heads to the residual stream.
        public let attentionOutput: Affine
        /// Before the MLP.
        public let mlpNorm: Norm
        /// To the neurons.
        public let up: Affine
        /// From the neurons to the residual stream.
        public let down: Affine

        /// All of them, in the order of the names above.
        public var all: [Required] { attentionNorm.all + queryKeyValue.all + attentionOutput.all + mlpNorm.all + up.all + down.all }
    }

    private let configuration: ModelConfiguration
    private let names: TensorNames

    /// The tensors that a model of this configuration has.
    public init(_ configuration: ModelConfiguration) {
        self.configuration = configuration
        names = TensorNames(configuration.architecture)
    }

    /// What models with a head put before the names of their body.
    var bodyPrefix: String { names.bodyPrefix }

    /// Other names of tensors, and the names that stand here.
    var aliases: [String: String] { names.aliases }

    /// Whether matrices are stored `[outputs, inputs]`, and queries, keys and values head by head.
    public var storesOutputsFirst: Bool { names.storesOutputsFirst }

    /// The embedding of tokens, `[vocabulary, width]`.
    public var tokens: Required { Required(name: names.tokens, shape: [configuration.vocabularySize, configuration.width]) }

    /// The embedding of positions, `[positions, width]`; nil for a model that turns queries and keys instead.
    public var positions: Required? {
        names.positions.map { Required(name: $0, shape: [configuration.positions, configuration.width]) }
    }

    /// The embeddings: of tokens, and of positions if there is one.
    public var embeddings: [Required] { [tokens] + (positions.map { [$0] } ?? []) }

    /// The tensors of one block.
    public func block(_ layer: Int) -> Block {
        let width = configuration.width
        let mlp = configuration.mlpWidth
        let prefix = "\(names.blocks).\(layer)."
        let attentionBias = configuration.hasAttentionBias
        return Block(
            attentionNorm: norm(prefix + names.attentionNorm),
            queryKeyValue: affine(prefix + names.queryKeyValue, inputs: width, outputs: 3 * width, hasBias: attentionBias),
            attentionOutput: affine(prefix + names.attentionOutput, inputs: width, outputs: width, hasBias: attentionBias),
            mlpNorm: norm(prefix + names.mlpNorm), up: affine(prefix + names.up, inputs: width, outputs: mlp),
            down: affine(prefix + names.down, inputs: mlp, outputs: width))
    }

    /// The norm after the last block.
    public var finalNorm: Norm { norm(names.finalNorm) }

    /// The tensors of all norms.
    var norms: [Required] {
        let blocks = (0..<configuration.layers).map { block($0) }
        return blocks.flatMap { $0.attentionNorm.all + $0.mlpNorm.all } + finalNorm.all
    }

    /// The unembedding `[vocabulary, width]` of a model that stores its own.
    public var unembedding: Required { Required(name: names.unembedding, shape: [configuration.vocabularySize, configuration.width]) }

    /// Everything that every model of this configuration has.
    public var all: [Required] { embeddings + (0..<configuration.layers).flatMap { block($0).all } + finalNorm.all }

    /// Whether a tensor is known and holds nothing that the activations depend on: buffers that older versions of transformers saved (the
    /// causal mask, the frequencies of rotations), and heads other than the unembedding, which stand above the last block.
    func isWithoutEffect(_ name: String) -> Bool {
        if TensorNames.heads.contains(name) || name.hasPrefix(TensorNames.summaryHead) { return true }
        let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == names.blocks, Int(parts[1]) != nil else { return names.bodyBuffers.contains(name) }
        return names.blockBuffers.contains(String(parts[2]))
    }

    private func norm(_ name: String) -> Norm {
        Norm(
            gain: Required(name: name + ".weight", shape: [configuration.width]),
            offset: Required(name: name + ".bias", shape: [configuration.width]))
    }

    private func affine(_ name: String, inputs: Int, outputs: Int, hasBias: Bool = true) -> Affine {
        Affine(
            matrix: Required(name: name + ".weight", shape: names.storesOutputsFirst ? [outputs, inputs] : [inputs, outputs]),
            bias: hasBias ? Required(name: name + ".bias", shape: [outputs]) : nil, outputs: outputs)
    }
}
