import CKernels
import Kernels

/// Causal self-attention of one row, head by head, in one thread.
///
/// A query sees the keys at and before its own position. Queries are taken in panels, and a panel is multiplied with the keys up to its own
/// end only, so that little more than half of the square is computed; the softmax sets the rest of the diagonal blocks to 0.
struct CausalAttention {
    /// Queries at a time. Smaller panels waste less on the diagonal, larger ones are faster to multiply.
    static let panel = 128

    /// d_model and the number of heads.
    let width: Int
    let heads: Int
    /// What scores are multiplied with before the softmax.
    let scale: Float

    /// Mixes the values of a row.
    ///
    /// - Parameters:
    ///   - queryKeyValue: `[context, 3 · width]`: queries, keys, values, each head after head.
    ///   - scores: scratch `[context, context]`.
    ///   - mixed: the heads' outputs side by side, `[context, width]`.
    func mix(
        _ queryKeyValue: UnsafePointer<Float>, context: Int, scores: UnsafeMutablePointer<Float>, into mixed: UnsafeMutablePointer<Float>
    ) {
        let headWidth = width / heads
        let stride = 3 * width
        for head in 0..<heads {
            let queries = queryKeyValue + head * headWidth
            let keys = queries + width
            let values = keys + width
            panels(of: context) { first, rows in
                Gemm.multiply(
                    rows, first + rows, headWidth, queries + first * stride, lda: stride, keys, ldb: stride, transposeB: true,
                    into: scores + first * context, ldc: context)
            }
            un_causal_softmax(scores, context, context, scale)
            panels(of: context) { first, rows in
                Gemm.multiply(
                    rows, headWidth, first + rows, scores + first * context, lda: context, values, ldb: stride,
                    into: mixed + first * width + head * headWidth, ldc: width)
            }
        }
    }

    @inline(__always)
    private func panels(of context: Int, _ body: (_ first: Int, _ rows: Int) -> Void) {
        var first = 0
        while first < context {
            body(first, min(Self.panel, context - first))
            first += Self.panel
        }
    }
}
