import COpenBLAS

/// Matrix products in float32 and float64 on flat row-major buffers.
///
/// They run on the calling thread, whoever asks first: OpenBLAS's own threads would give other bits and quarrel with ours. The bits of a
/// product depend on its shape: a tile computed alone has other bits than the same rows of a larger product, so callers fix their tiles.
public enum Gemm {
    /// Done once, before the first product.
    static let onCallingThread: Void = OpenBLAS.useOneThread()

    /// C[m, n] = op(A)[m, k] op(B)[k, n], added to C when `accumulate` is true.
    ///
    /// - Parameters:
    ///   - m: rows of op(A) and C.
    ///   - n: columns of op(B) and C.
    ///   - k: columns of op(A), rows of op(B).
    ///   - a: A as stored: [m, k], or [k, m] when `transposeA`; rows are `lda` elements apart.
    ///   - b: B as stored: [k, n], or [n, k] when `transposeB`; rows are `ldb` elements apart.
    ///   - c: C, [m, n]; rows are `ldc` elements apart. It must not overlap A or B.
    @inline(__always)
    public static func multiply(
        _ m: Int, _ n: Int, _ k: Int,
        _ a: UnsafePointer<Float>, lda: Int, transposeA: Bool = false,
        _ b: UnsafePointer<Float>, ldb: Int, transposeB: Bool = false,
        into c: UnsafeMutablePointer<Float>, ldc: Int, accumulate: Bool = false
    ) {
        guard m > 0, n > 0 else { return }
        _ = onCallingThread
        precondition(
            lda >= max(1, transposeA ? m : k) && ldb >= max(1, transposeB ? k : n) && ldc >= n, "a leading dimension is less than its row")
        cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), 1, a, blasint(lda), b, blasint(ldb), accumulate ? 1 : 0, c, blasint(ldc))
    }
}
