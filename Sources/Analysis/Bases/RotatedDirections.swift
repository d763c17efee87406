import Kernels

/// The directions of a rotated layer: the matrix of the random baseline as one that activations can be multiplied with.
///
/// Row k is what neuron k is replaced by. With the baseline's kind and seed they are the baseline's first draw, so that what the baseline
/// finds by algebra on stored sums can be seen as columns.
public enum RotatedDirections {
    /// The matrix of one layer, `[neurons, neurons]`: a pure function of what it is given and, where it is orthogonal, of the kernel family.
    ///
    /// - Parameter check: asked before each panel of rows; what it throws ends the work.
    public static func matrix(
        _ kind: RotationKind, seed: UInt64, model: String, layer: Int, neurons: Int, check: () throws -> Void = {}
    ) throws -> FloatBuffer {
        let matrix = FloatBuffer(count: neurons * neurons)
        try Rotation.write(
            kind, size: neurons, deviates: NormalDeviates(seed: seed, model: model, layer: layer, draw: 0), into: matrix.pointer,
            check: check)
        return matrix
    }
}
