import COpenBLAS

extension Gemm {
    /// The same in float64: C[m, n] = op(A)[m, k] op(B)[k, n], added to C when `accumulate` is true.
    public static func multiply(
        _ m: Int, _ n: Int, _ k: Int,
        _ a: UnsafePointer<Double>, lda: Int, transposeA: Bool = false,
        _ b: UnsafePointer<Double>, ldb: Int, transposeB: Bool = false,
        into c: UnsafeMutablePointer<Double>, ldc: Int, accumulate: Bool = false
    ) {
        guard m > 0, n > 0 else { return }
        OpenBLAS.useOneThread()
        precondition(
            lda >= max(1, transposeA ? m : k) && ldb >= max(1, transposeB ? k : n) && ldc >= n, "a leading dimension is less than its row")
        cblas_dgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), 1, a, blasint(lda), b, blasint(ldb), accumulate ? 1 : 0, c, blasint(ldc))
    }
}
