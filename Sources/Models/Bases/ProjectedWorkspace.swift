import Kernels
import Statistics

/// What one thread writes to while it projects a model's neurons on directions.
final class ProjectedWorkspace: ActivationWorkspace {
    /// Of the forward pass.
    let forward: ActivationWorkspace
    /// The columns of one layer, `[context, columns]`.
    let projected: FloatBuffer

    init(of forward: ActivationWorkspace, floats: Int) {
        self.forward = forward
        projected = FloatBuffer(count: floats)
    }
}
