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

    /// The shape that a configuration describes.
    public init(_ configuration: ModelConfiguration) {
        vocabularySize = configuration.vocabularySize
        positions = configuration.positions
        width = configuration.width
        layers = configuration.layers
        heads = configuration.heads
        mlpWidth = configuration.mlpWidth
    }

    /// All neurons of the model.
    public var neurons: Int { layers * mlpWidth }

    /// The weights of the body: embeddings, blocks and final norm, without an unembedding.
    public var parameters: Int { (vocabularySize + positions) * width + layers * (attentionWeights + mlpWeights) + 2 * width }

    private var attentionWeights: Int { 4 * width * width + 4 * width + 4 * width }
    private var mlpWeights: Int { 2 * width * mlpWidth + mlpWidth + width }

    /// Floating-point operations of a forward pass for one token, a multiplication and an addition being two.
    ///
    /// - Parameters:
    ///   - layer: the last layer whose activations are wanted; its down projection is not computed.
    ///   - context: the length of a row; the attention computes the blocks below and on the diagonal.
    public func flopsPerToken(through layer: Int, context: Int) -> Int {
        let panel = GPT2Attention.panel
        var keys = 0
        for first in stride(from: 0, to: context, by: panel) {
            let rows = min(panel, context - first)
            keys += rows * (first + rows)
        }
        let attention = 8 * width * width + 4 * width * keys / max(context, 1)
        return (layer + 1) * (attention + 4 * width * mlpWidth) - 2 * width * mlpWidth
    }

    /// The memory of the weights that a forward pass through `layer` reads, as float32.
    public func weightBytes(through layer: Int) -> Int {
        4 * ((vocabularySize + positions) * width + (layer + 1) * (attentionWeights + mlpWeights) - mlpWidth * width - width)
    }

    /// The scratch memory of one thread for rows of `context` tokens.
    public func workspaceBytes(context: Int) -> Int { 4 * GPT2Workspace.floats(self, context: context) }
}
