import Kernels

/// What one thread writes to while it measures the predictions of rows of at most `context` tokens.
public final class InterventionWorkspace {
    let context: Int
    let transformer: TransformerWorkspace
    /// The residual stream of the unmodified run behind each layer with changed neurons, but the last: `[layers, context, width]`.
    let residuals: FloatBuffer
    /// What the changed neurons put out in the unmodified run, and what goes into them: `[neurons, context]`.
    let outputs, inputs: FloatBuffer
    /// What a change adds to a neuron's output, `[context]`.
    let shifts: FloatBuffer
    /// `[context]`; zeros are what the activation adds as a bias.
    let changed, zeros: FloatBuffer
    /// What the unembedding gives, `[panel, vocabulary]`.
    let products: FloatBuffer
    /// Of one position, `[3, vocabulary]`.
    let logits: FloatBuffer
    /// Of the unmodified run, `[context]`: the final norm's scale, and the logits' component along the direction of token frequencies.
    var scales, components: [Double]

    init(_ shape: ModelShape, layers: Int, neurons: Int, context: Int) {
        self.context = context
        transformer = TransformerWorkspace(shape, context: context)
        residuals = FloatBuffer(count: layers * context * shape.width)
        outputs = FloatBuffer(count: neurons * context)
        inputs = FloatBuffer(count: neurons * context)
        shifts = FloatBuffer(count: context)
        changed = FloatBuffer(count: context)
        zeros = FloatBuffer(count: context)
        products = FloatBuffer(count: min(Unembedding.panel, context) * shape.vocabularySize)
        logits = FloatBuffer(count: 3 * shape.vocabularySize)
        scales = Array(repeating: 0, count: context)
        components = scales
    }

    /// The memory of one, in bytes.
    static func bytes(_ shape: ModelShape, layers: Int, neurons: Int, context: Int) -> Int {
        let panel = min(Unembedding.panel, context)
        let floats = layers * context * shape.width + (2 * neurons + 7) * context + (panel + 3) * shape.vocabularySize
        return shape.workspaceBytes(context: context) + 4 * floats
    }
}
