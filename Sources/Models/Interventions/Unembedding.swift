import Checkpoints
import Kernels

/// All that a pass for activations leaves out: what the last block adds to the residual stream, the final norm and the matrix that gives
/// logits. An addition to a ``TransformerModel`` for whoever needs predictions; a run does without.
///
/// Where the unembedding is the embedding, the model's memory is used once more.
public final class Unembedding: Sendable {
    /// The model that it belongs to.
    public let model: TransformerModel
    /// The last block with all of its weights.
    nonisolated(unsafe) let lastBlock: TransformerWeights.Block
    /// The norm behind it.
    nonisolated(unsafe) let norm: TransformerWeights.Norm
    /// `[vocabulary, width]`.
    nonisolated(unsafe) let matrix: UnsafePointer<Float>
    /// The final norm's offset through the matrix, `[vocabulary]`: what every logit has, whatever the residual stream.
    let bias: FloatBuffer

    private let memory: FloatBuffer

    /// Loads what is missing.
    ///
    /// - Parameters:
    ///   - model: loaded through its last layer.
    ///   - folder: the model's.
    ///   - team: threads that share the loading.
    /// - Throws: `ModelError.noUnembedding` for a model without a head, `.layerNotLoaded` for one that is not whole; a `CheckpointError` for
    ///   a weight that is NaN or infinite.
    public init(of model: TransformerModel, folder: ModelFolder, team: ThreadTeam = ThreadTeam(count: 1)) throws {
        let shape = model.shape
        guard model.loadedLayers == shape.layers, let last = model.weights.blocks.last else {
            throw ModelError.layerNotLoaded(model: model.id, layer: shape.layers - 1, loaded: model.loadedLayers)
        }
        let layout = ModelTensors(folder.configuration)
        guard let name = try? folder.unembeddingName() else { throw ModelError.noUnembedding(model: model.id) }
        var plan = WeightPlan(folder.configuration)
        let block = layout.block(shape.layers - 1)
        let down = plan.place(block.down)
        // A parallel block's last attention is not loaded with the model: no activation depends on it.
        var attention: (norm: WeightPlan.Norm, heads: WeightPlan.Affine, output: WeightPlan.Affine)?
        if last.attention == nil {
            attention = (
                plan.place(block.attentionNorm), plan.placeHeads(block.queryKeyValue), plan.place(block.attentionOutput)
            )
        }
        let finalNorm = plan.place(layout.finalNorm)
        let isOwn = name == layout.unembedding.name
        let own = isOwn ? plan.place(layout.unembedding) : nil
        let memory = try plan.read(from: folder.tensors, team: team)
        func pointer(_ offset: Int) -> UnsafePointer<Float> { UnsafePointer(memory.pointer + offset) }
        func norm(_ place: WeightPlan.Norm) -> TransformerWeights.Norm { .init(gain: pointer(place.gain), offset: pointer(place.offset)) }
        func affine(_ place: WeightPlan.Affine) -> TransformerWeights.Affine {
            .init(matrix: pointer(place.matrix), bias: pointer(place.bias))
        }
        let ownAttention = attention.map {
            TransformerWeights.Attention(norm: norm($0.norm), queryKeyValue: affine($0.heads), output: affine($0.output))
        }
        lastBlock = TransformerWeights.Block(
            attention: last.attention ?? ownAttention, mlpNorm: last.mlpNorm, up: last.up, down: affine(down))
        self.norm = norm(finalNorm)
        matrix = own.map(pointer) ?? model.weights.tokens
        self.model = model
        self.memory = memory
        bias = FloatBuffer(count: shape.vocabularySize)
        product(of: self.norm.offset, rows: 1, into: bias.pointer)
    }

    /// Numbers of the residual stream's width through the matrix.
    ///
    /// - Parameters:
    ///   - values: `[rows, width]`.
    ///   - products: `[rows, vocabulary]`.
    func product(of values: UnsafePointer<Float>, rows: Int, into products: UnsafeMutablePointer<Float>) {
        let (width, vocabulary) = (model.shape.width, model.shape.vocabularySize)
        Gemm.multiply(
            rows, vocabulary, width, values, lda: width, matrix, ldb: width, transposeB: true, into: products, ldc: vocabulary)
    }

    /// The memory that it takes beside the model, in bytes.
    public var byteCount: Int { 4 * (memory.count + bias.count) }
}
