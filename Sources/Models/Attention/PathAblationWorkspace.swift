import Kernels

/// What one thread writes to while it measures paths.
///
/// Sendable because it only owns memory: it may be handed from thread to thread, one of which uses it at a time.
public final class PathAblationWorkspace: @unchecked Sendable {
    let forward: TransformerWorkspace
    let context: Int
    /// The norm of the residual stream, and of the one without a path: `[context, width]`.
    let read, changed: FloatBuffer
    /// Of one head, `[context, head width]`.
    let query, ablatedQuery, key, value, output: FloatBuffer
    /// The activations of each neuron, `[neurons, context]`.
    let activations: FloatBuffer
    let ones, zeros: FloatBuffer

    init(_ forward: TransformerWorkspace, neurons: Int) {
        self.forward = forward
        let (context, width) = (forward.context, forward.shape.width)
        let head = context * (width / forward.shape.heads)
        self.context = context
        (read, changed) = (FloatBuffer(count: context * width), FloatBuffer(count: context * width))
        (query, ablatedQuery) = (FloatBuffer(count: head), FloatBuffer(count: head))
        (key, value, output) = (FloatBuffer(count: head), FloatBuffer(count: head), FloatBuffer(count: head))
        activations = FloatBuffer(count: neurons * context)
        (ones, zeros) = (FloatBuffer(count: width), FloatBuffer(count: width))
        ones.pointer.update(repeating: 1, count: width)
    }
}
