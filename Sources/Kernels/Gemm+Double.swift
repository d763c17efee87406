import COpenBLAS

extension Gemm {
    /// The same in float64: C = op(A) op(B), added to C when `accumulate` is true.
    ///
    /// - Parameters:
    ///   - m: rows of op(A) and C.
    ///   - n: columns of op(B) and C.
    ///   - k: columns of op(A), rows of op(B).
    ///   - a: A as stored: [m, k], or [k, m] when `transposeA`; rows are `lda` elements apart.
    ///   - b: B as stored: [k, n], or [n, k] when `transposeB`; rows are `ldb` elements apart.
    ///   - c: C, [m, n]; rows are `ldc` elements apart. It must not overlap A or B.
    public static func multiply(
        _ m: Int, _ n: Int, _ k: Int,
        _ a: UnsafePointer<Double>, lda: Int, transposeA: Bool = false,
        _ b: UnsafePointer<Double>, ldb: Int, transposeB: Bool = false,
        into c: UnsafeMutablePointer<Double>, ldc: Int, accumulate: Bool = false
    ) {
        guard m > 0, n > 0 else { return }
        _ = onCallingThread
        precondition(
            lda >= max(1, transposeA ? m : k) && ldb >= max(1, transposeB ? k : n) && ldc >= n, "a leading dimension is less than its row")
        cblas_dgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), 1, a, blasint(lda), b, blasint(ldb), accumulate ? 1 : 0, c, blasint(ldc))
    }
}
