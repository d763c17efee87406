import Checkpoints
import Kernels
import Statistics

/// What one thread writes to during a forward pass over rows of at most `context` tokens.
final class TransformerWorkspace: ActivationWorkspace {
    let context: Int
    /// The model that it is for.
    let shape: ModelShape
    /// The residual stream, `[context, width]`.
    let residual: UnsafeMutablePointer<Float>
    /// The residual stream after a layer norm, and what the heads give: `[context, width]`.
    let mixed: UnsafeMutablePointer<Float>
    /// Queries, keys and values side by side: `[context, 3 · width]`.
    let queryKeyValue: UnsafeMutablePointer<Float>
    /// One head's attention, `[context, context]`.
    let scores: UnsafeMutablePointer<Float>
    /// The activations of one layer, `[context, mlpWidth]`.
    let neurons: UnsafeMutablePointer<Float>
    /// How the positions of a row turn queries and keys; nil for a model with position embeddings.
    let rotations: RotaryTable?

    private let memory: FloatBuffer

    init(_ shape: ModelShape, context: Int) {
        memory = FloatBuffer(count: Self.floats(shape, context: context))
        self.context = context
        self.shape = shape
        var pieces: [UnsafeMutablePointer<Float>] = []
        var offset = 0
        for size in Self.sizes(shape, context: context) {
            pieces.append(memory.pointer + offset)
            offset += CacheLines.rounded(size)
        }
        residual = pieces[0]
        mixed = pieces[1]
        queryKeyValue = pieces[2]
        scores = pieces[3]
        neurons = pieces[4]
        rotations = shape.rotary.map { RotaryTable($0, context: context, in: pieces[5]) }
    }

    /// All floats of a workspace.
    static func floats(_ shape: ModelShape, context: Int) -> Int {
        sizes(shape, context: context).reduce(0) { $0 + CacheLines.rounded($1) }
    }

    private static func sizes(_ shape: ModelShape, context: Int) -> [Int] {
        [context * shape.width, context * shape.width, 3 * context * shape.width, context * context, context * shape.mlpWidth]
            + (shape.rotary.map { [RotaryTable.floats($0, context: context)] } ?? [])
    }
}
