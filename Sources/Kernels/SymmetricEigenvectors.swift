import COpenBLAS

/// Eigenvalues and eigenvectors of a symmetric matrix in float64, by LAPACK's divide and conquer, on the calling thread.
///
/// An eigenvector is known up to its sign, and those of equal eigenvalues up to a rotation among themselves: use what does not depend on
/// either, such as lengths of projections.
public struct SymmetricEigenvectors: Sendable {
    /// The eigenvalues, `[order]`, rising.
    public let values: [Double]
    /// Unit eigenvectors, a row for each eigenvalue: `[order, order]`.
    public let vectors: [Double]

    /// Decomposes a matrix.
    ///
    /// - Parameters:
    ///   - matrix: `[order, order]`, of which the lower triangle (column ≤ row) is read.
    ///   - order: its rows, at least 1.
    /// - Throws: `KernelsError.eigenvectorsFailed`, for a matrix with numbers that are not finite.
    public init(of matrix: [Double], order: Int) throws {
        precondition(order > 0 && matrix.count == order * order, "a symmetric matrix is square")
        OpenBLAS.useOneThread()
        guard matrix.allSatisfy(\.isFinite) else { throw KernelsError.eigenvectorsFailed(order: order, status: -4) }
        var vectors = matrix
        var values = [Double](repeating: 0, count: order)
        // The room that dsyevd's manual asks for.
        var work = [Double](repeating: 0, count: 1 + 6 * order + 2 * order * order)
        var integers = [blasint](repeating: 0, count: 3 + 5 * order)
        var status: blasint = 0
        var (size, room, integerRoom) = (blasint(order), blasint(work.count), blasint(integers.count))
        var leading = size
        // LAPACK counts along columns: its upper triangle is the lower one of rows, and its columns of results are rows here.
        dsyevd_("V", "U", &size, &vectors, &leading, &values, &work, &room, &integers, &integerRoom, &status, 1, 1)
        guard status == 0 else { throw KernelsError.eigenvectorsFailed(order: order, status: Int(status)) }
        self.values = values
        self.vectors = vectors
    }
}
