/// What passes that give predictions have in common: blocks one by one, and the way from the residual stream to the vocabulary.
extension Unembedding {
    /// Positions whose logits are in memory at a time. More read the unembedding less often: of 128 positions each weight is multiplied 128
    /// times; and the logits of 50,257 tokens at them take 26 MB.
    static let panel = 128

    /// Checks that the model reads rows of so many tokens.
    ///
    /// - Throws: `ModelError.contextTooLong`, `.emptyContext`.
    func check(context: Int) throws {
        guard context > 0 else { throw ModelError.emptyContext(model: model.id) }
        guard context <= model.shape.positions else {
            throw ModelError.contextTooLong(model: model.id, context: context, positions: model.shape.positions)
        }
    }

    /// The norm behind the last block.
    var finalNorm: FinalNorm {
        FinalNorm(width: model.shape.width, epsilon: model.configuration.layerNormEpsilon, gain: norm.gain)
    }

    /// A block with all of its weights.
    func block(_ layer: Int) -> TransformerWeights.Block {
        let blocks = model.weights.blocks
        return layer == blocks.count - 1 ? lastBlock : blocks[layer]
    }

    /// A neuron's w_out, `[width]`.
    func output(ofLayer layer: Int, neuron: Int) -> UnsafePointer<Float> {
        guard let down = block(layer).down else { preconditionFailure("a block without its output") }
        return down.matrix + neuron * model.shape.width
    }

    /// One block, from the residual stream to the residual stream.
    ///
    /// - Parameter behindActivation: called when the neurons of the layer have their activations, which it may change.
    func run(_ layer: Int, context: Int, in workspace: TransformerWorkspace, behindActivation: () -> Void = {}) {
        let block = block(layer)
        guard let down = block.down else { preconditionFailure("a block without its output") }
        if !model.shape.isParallel { model.attend(block, layer: layer, context: context, in: workspace) }
        model.activate(block, context: context, in: workspace)
        behindActivation()
        if model.shape.isParallel { model.attend(block, layer: layer, context: context, in: workspace) }
        model.project(down, context: context, in: workspace)
    }

    /// Positions whose logits are in memory together: always the same ones, as the bits of a product depend on its size.
    static func forEachPanel(of positions: Range<Int>, _ body: (Range<Int>) throws -> Void) rethrows {
        for first in stride(from: positions.lowerBound, to: positions.upperBound, by: panel) {
            try body(first..<min(first + panel, positions.upperBound))
        }
    }

    /// The residual stream's products with the unembedding before the scale, which is handed out for each position.
    ///
    /// - Parameters:
    ///   - panel: the positions, no more than ``panel``.
    ///   - workspace: whose residual stream is read.
    ///   - products: `[panel, vocabulary]`.
    func fillProducts(
        of panel: Range<Int>, in workspace: TransformerWorkspace, into products: UnsafeMutablePointer<Float>,
        scale: (_ position: Int, _ scale: Double) -> Void
    ) {
        let (width, norm) = (model.shape.width, finalNorm)
        for position in panel {
            let centred = workspace.mixed + (position - panel.lowerBound) * width
            scale(position, norm.centre(workspace.residual + position * width, into: centred))
        }
        product(of: workspace.mixed, rows: panel.count, into: products)
    }
}
