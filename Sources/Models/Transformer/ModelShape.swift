import Checkpoints

/// The sizes of a model and what a forward pass over them costs; known from `config.json` alone.
public struct ModelShape: Hashable, Codable, Sendable {
    /// Token ids are below this.
    public let vocabularySize: Int
    /// The longest row, in tokens.
    public let positions: Int
    /// d_model: the width of the residual stream.
    public let width: Int
    /// The number of blocks.
    public let layers: Int
    /// Attention heads of a layer.
    public let heads: Int
    /// d_mlp: the neurons of a layer.
    public let mlpWidth: Int
    /// How queries and keys are turned; nil for a model with position embeddings.
    let rotary: RotaryEmbedding?
    /// Whether the MLP of a block reads what its attention reads, so that the last layer's activations do not wait for its attention.
    let isParallel: Bool
    /// Whether the matrices of the attention have biases.
    let hasAttentionBias: Bool
    /// Directions that each layer's neurons are projected on; nil where neurons themselves are the columns.
    public private(set) var directions: Int?

    /// The shape that a configuration describes.
    public init(_ configuration: ModelConfiguration) {
        vocabularySize = configuration.vocabularySize
        positions = configuration.positions
        width = configuration.width
        layers = configuration.layers
        heads = configuration.heads
        mlpWidth = configuration.mlpWidth
        rotary = configuration.rotary
        isParallel = configuration.isParallel
        hasAttentionBias = configuration.hasAttentionBias
    }

    /// The same model with its neurons projected on some directions of each layer; nil: with the neurons themselves.
    public func projected(on directions: Int?) -> ModelShape {
        var shape = self
        shape.directions = directions
        return shape
    }

    /// The columns of a layer: its neurons, or the directions that they are projected on.
    public var columns: Int { directions ?? mlpWidth }

    /// Numbers of the matrix that a layer is projected by.
    private var directionWeights: Int { (directions ?? 0) * mlpWidth }

    /// All neurons of the model.
    public var neurons: Int { layers * mlpWidth }

    /// The weights of the body: embeddings, blocks and final norm, without an unembedding.
    public var parameters: Int {
        embeddingWeights + layers * (attentionWeights + mlpWeights - (hasAttentionBias ? 0 : 4 * width)) + 2 * width
    }

    private var embeddingWeights: Int { (vocabularySize + (rotary == nil ? positions : 0)) * width }
    /// Matrices, biases and the norm before them.
    private var attentionWeights: Int { 4 * width * width + 4 * width + 2 * width }
    private var mlpWeights: Int { 2 * width * mlpWidth + mlpWidth + width + 2 * width }

    /// The attentions that a forward pass through `layer` computes.
    private func attentions(through layer: Int) -> Int { isParallel ? layer : layer + 1 }

    /// Floating-point operations of a forward pass for one token, a multiplication and an addition being two.
    ///
    /// - Parameters:
    ///   - layer: the last layer whose activations are wanted; its down projection is not computed.
    ///   - context: the length of a row; the attention computes the blocks below and on the diagonal.
    public func flopsPerToken(through layer: Int, context: Int) -> Int {
        let panel = CausalAttention.panel
        var keys = 0
        for first in stride(from: 0, to: context, by: panel) {
            let rows = min(panel, context - first)
            keys += rows * (first + rows)
        }
        let attention = 8 * width * width + 4 * width * keys / max(context, 1)
        let projection = (layer + 1) * 2 * directionWeights
        return attentions(through: layer) * attention + (2 * layer + 1) * 2 * width * mlpWidth + projection
    }

    /// The memory of the weights that a forward pass through `layer` reads, as float32, and of the directions that it projects on; biases that
    /// a model lacks are zeros there.
    public func weightBytes(through layer: Int) -> Int {
        let blocks = attentions(through: layer) * attentionWeights + (layer + 1) * (mlpWeights + directionWeights)
        return 4 * (embeddingWeights + blocks - mlpWidth * width - width)
    }

    /// The scratch memory of one thread for rows of `context` tokens.
    public func workspaceBytes(context: Int) -> Int {
        4 * (TransformerWorkspace.floats(self, context: context) + context * (directions ?? 0))
    }
}
