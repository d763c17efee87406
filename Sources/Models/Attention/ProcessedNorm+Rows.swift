import CKernels
import Kernels

extension ProcessedNorm {
    /// What the norm makes of some rows, `[rows, width]`; in place allowed.
    ///
    /// - Parameters:
    ///   - ones: the gain that is left, `[width]`.
    ///   - zeros: the offset that is left, `[width]`.
    func apply(
        _ values: UnsafePointer<Float>, ones: FloatBuffer, zeros: FloatBuffer, into result: UnsafeMutablePointer<Float>, rows: Int,
        width: Int
    ) {
        switch self {
        case .standardising(let epsilon): un_layer_norm(values, ones.pointer, zeros.pointer, result, rows, width, epsilon)
        case .centring:
            result.update(from: values, count: rows * width)
            WeightFold.centreRows(result, rows: rows, width: width)
        }
    }
}
