import Checkpoints
import Kernels
import Statistics

/// The weights of a model's body as float32, in one block of memory that all threads read.
///
/// Matrices are `[inputs, outputs]`, row-major, whatever the checkpoint has.
final class TransformerWeights: Sendable {
    /// The weights of one block.
    struct Block {
        /// nil in the last block loaded of a model whose MLP does not read it.
        let attention: Attention?
        let mlpNorm: Norm
        let up: Affine
        /// nil in the last block loaded: nobody asks for what it would give.
        let down: Affine?
    }

    /// The weights of a block's attention.
    struct Attention {
        let norm: Norm
        /// Queries, keys and values side by side: `[width, 3 · width]`, each head after head.
        let queryKeyValue: Affine
        let output: Affine
    }

    /// The gain and the offset of a layer norm, `[width]` each.
    struct Norm {
        let gain: UnsafePointer<Float>
        let offset: UnsafePointer<Float>
    }

    /// A matrix `[inputs, outputs]` and a bias `[outputs]`, zeros where the model has none.
    struct Affine {
        let matrix: UnsafePointer<Float>
        let bias: UnsafePointer<Float>
    }

    /// `[vocabulary, width]`.
    nonisolated(unsafe) let tokens: UnsafePointer<Float>
    /// `[positions, width]`; nil for a model that turns queries and keys instead.
    nonisolated(unsafe) let positions: UnsafePointer<Float>?
    nonisolated(unsafe) let blocks: [Block]

    private let memory: FloatBuffer

    /// Reads the weights that a forward pass through `layer` reads.
    ///
    /// - Throws: a `CheckpointError` for a weight that is NaN or infinite.
    init(_ folder: ModelFolder, through layer: Int, team: ThreadTeam) throws {
        let configuration = folder.configuration
        let layout = ModelTensors(configuration)
        var plan = WeightPlan(configuration)
        let tokens = plan.place(layout.tokens)
        let positions = layout.positions.map { plan.place($0) }
        let blocks = (0...layer).map { index in
            let block = layout.block(index)
            let readsAttention = index < layer || !configuration.isParallel
            return PlannedBlock(
                attentionNorm: readsAttention ? plan.place(block.attentionNorm) : nil,
                queryKeyValue: readsAttention ? plan.placeHeads(block.queryKeyValue) : nil,
                attentionOutput: readsAttention ? plan.place(block.attentionOutput) : nil, mlpNorm: plan.place(block.mlpNorm),
                up: plan.place(block.up), down: index < layer ? plan.place(block.down) : nil)
        }
        let memory = try plan.read(from: folder.tensors, team: team)
        func pointer(_ offset: Int) -> UnsafePointer<Float> { UnsafePointer(memory.pointer + offset) }
        func norm(_ place: WeightPlan.Norm) -> Norm { Norm(gain: pointer(place.gain), offset: pointer(place.offset)) }
        func affine(_ place: WeightPlan.Affine) -> Affine { Affine(matrix: pointer(place.matrix), bias: pointer(place.bias)) }
        self.tokens = pointer(tokens)
        self.positions = positions.map(pointer)
        self.blocks = blocks.map { block in
            var attention: Attention?
            if let norms = block.attentionNorm, let heads = block.queryKeyValue, let output = block.attentionOutput {
                attention = Attention(norm: norm(norms), queryKeyValue: affine(heads), output: affine(output))
            }
            return Block(attention: attention, mlpNorm: norm(block.mlpNorm), up: affine(block.up), down: block.down.map(affine))
        }
        self.memory = memory
    }

    /// Where the weights of a block will lie.
    private struct PlannedBlock {
        let attentionNorm: WeightPlan.Norm?
        let queryKeyValue, attentionOutput: WeightPlan.Affine?
        let mlpNorm: WeightPlan.Norm
        let up: WeightPlan.Affine
        let down: WeightPlan.Affine?
    }
}
