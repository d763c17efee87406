import Kernels
import Statistics

/// What one thread writes to while it measures rows of at most `context` tokens with neurons of a model replaced by those of another.
public final class SubstitutionWorkspace {
    let context: Int
    let transformer: TransformerWorkspace
    /// Of the other model.
    let other: ActivationWorkspace
    /// The residual stream of the unmodified run behind each layer that a condition begins in: `[layers, context, width]`.
    let residuals: FloatBuffer
    /// What replaced neurons of these layers put out in the unmodified run, `[neurons, context]`.
    let outputs: FloatBuffer
    /// What the other model's neurons put out, `[sources, context]`.
    let sources: FloatBuffer
    /// What takes the place of a neuron's output, or is added to it, `[context]`.
    let values: FloatBuffer
    /// What the unembedding gives in the unmodified run, `[context, vocabulary]`, and under a condition, `[panel, vocabulary]`.
    let unmodified, products: FloatBuffer
    /// Of one position, `[6, vocabulary]`: of the unmodified run, and of a condition.
    let logits: FloatBuffer
    /// The final norm's scale in the unmodified run, `[context]`.
    var scales: [Double]

    /// How many there are of what a workspace has room for.
    struct Counts {
        let layers, neurons, sources: Int
    }

    init(_ shape: ModelShape, _ counts: Counts, other: ActivationWorkspace, context: Int) {
        self.context = context
        self.other = other
        transformer = TransformerWorkspace(shape, context: context)
        residuals = FloatBuffer(count: counts.layers * context * shape.width)
        outputs = FloatBuffer(count: counts.neurons * context)
        sources = FloatBuffer(count: counts.sources * context)
        values = FloatBuffer(count: context)
        unmodified = FloatBuffer(count: context * shape.vocabularySize)
        products = FloatBuffer(count: min(Unembedding.panel, context) * shape.vocabularySize)
        logits = FloatBuffer(count: 6 * shape.vocabularySize)
        scales = Array(repeating: 0, count: context)
    }

    /// The memory of one, in bytes.
    static func bytes(_ shape: ModelShape, _ counts: Counts, other: ModelShape, context: Int) -> Int {
        let panel = min(Unembedding.panel, context)
        let floats =
            counts.layers * context * shape.width + (counts.neurons + counts.sources + 3) * context
            + (context + panel + 6) * shape.vocabularySize
        return shape.workspaceBytes(context: context) + other.workspaceBytes(context: context) + 4 * floats
    }
}
