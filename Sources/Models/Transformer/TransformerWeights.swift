import Checkpoints
import Kernels
import Statistics

/// The weights of a GPT-2 model's body as float32, in one block of memory that all threads read.
///
/// Matrices are `[inputs, outputs]`, row-major, as the checkpoint has them.
final class GPT2Weights: Sendable {
    /// The weights of one block.
    struct Block {
        let attentionNorm: Norm
        /// Queries, keys and values side by side: `[width, 3 · width]`.
        let queryKeyValue: Affine
        let attentionOutput: Affine
        let mlpNorm: Norm
        let up: Affine
        /// nil in the last block loaded: nobody asks for what it would give.
        let down: Affine?
    }

    /// The gain and the offset of a layer norm, `[width]` each.
    struct Norm {
        let gain: UnsafePointer<Float>
        let offset: UnsafePointer<Float>
    }

    /// A matrix `[inputs, outputs]` and a bias `[outputs]`.
    struct Affine {
        let matrix: UnsafePointer<Float>
        let bias: UnsafePointer<Float>
    }

    /// `[vocabulary, width]`.
    nonisolated(unsafe) let tokens: UnsafePointer<Float>
    /// `[positions, width]`.
    nonisolated(unsafe) let positions: UnsafePointer<Float>
    nonisolated(unsafe) let blocks: [Block]

    private let memory: FloatBuffer

    /// Reads the weights of blocks 0...`layer`.
    ///
    /// - Throws: a `CheckpointError` for a weight that is NaN or infinite.
    init(_ folder: ModelFolder, through layer: Int, team: ThreadTeam) throws {
        let layout = GPT2Tensors(folder.configuration)
        var wanted = layout.embeddings
        for block in 0...layer { wanted += block < layer ? layout.block(block) : layout.block(block).dropLast(2) }
        var offsets: [Int] = []
        var floats = 0
        for tensor in wanted {
            offsets.append(floats)
            floats += CacheLines.rounded(tensor.shape.reduce(1, *))
        }
        let memory = FloatBuffer(count: floats)
        let places = zip(wanted, offsets).map { (tensor: $0, offset: $1) }
        try team.forEach(places.count) { item, _ in
            let (tensor, offset) = places[item]
            try folder.tensors.read(tensor.name, shape: tensor.shape, into: memory.pointer + offset)
        }
        var next = 0
        func piece() -> UnsafePointer<Float> {
            defer { next += 1 }
            return UnsafePointer(memory.pointer + offsets[next])
        }
        tokens = piece()
        positions = piece()
        blocks = (0...layer).map { block in
            Block(
                attentionNorm: Norm(gain: piece(), offset: piece()), queryKeyValue: Affine(matrix: piece(), bias: piece()),
                attentionOutput: Affine(matrix: piece(), bias: piece()), mlpNorm: Norm(gain: piece(), offset: piece()),
                up: Affine(matrix: piece(), bias: piece()), down: block < layer ? Affine(matrix: piece(), bias: piece()) : nil)
        }
        self.memory = memory
    }
}
