import COpenBLAS

/// Eigenvectors and singular values in float64, by the LAPACK in OpenBLAS.
///
/// As products do, they run on the calling thread; several may run at the same time on threads of ours. The bits depend on the matrix and
/// the kernel family alone.
public enum Decomposition {
    /// The most rows and columns of a matrix: LAPACK counts in 32 bits, and eigenvectors need 2n² + 6n + 1 numbers of scratch.
    public static let largestSize = 32_766

    private static func check(rows: Int, columns: Int) throws {
        guard max(rows, columns) <= largestSize else {
            throw KernelsError.matrixTooLarge(rows: rows, columns: columns, limit: largestSize)
        }
    }

    /// The eigenvalues of a symmetric matrix, ascending; its eigenvectors take the matrix's place.
    ///
    /// - Parameter matrix: `[size, size]`, of which the lower triangle (column ≤ row) is read; afterwards row k is the eigenvector of
    ///   length 1 of eigenvalue k.
    /// - Throws: `KernelsError.matrixTooLarge`, `.notConverged`.
    public static func eigenvalues(replacing matrix: UnsafeMutablePointer<Double>, size: Int) throws -> [Double] {
        guard size > 0 else { return [] }
        try check(rows: size, columns: size)
        _ = Gemm.onCallingThread
        var (order, status): (Int32, Int32) = (Int32(size), 0)
        var values = [Double](repeating: 0, count: size)
        var (bestWork, bestIntegers): (Double, Int32) = (0, 0)
        var (workCount, integerCount): (Int32, Int32) = (-1, -1)
        // LAPACK counts down columns: its column k is our row k, and of a symmetric matrix both triangles are one.
        dsyevd_("V", "U", &order, matrix, &order, &values, &bestWork, &workCount, &bestIntegers, &integerCount, &status, 1, 1)
        (workCount, integerCount) = (Int32(bestWork), bestIntegers)
        let work = UnsafeMutablePointer<Double>.allocate(capacity: max(1, Int(workCount)))
        let integers = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, Int(integerCount)))
        defer {
            work.deallocate()
            integers.deallocate()
        }
        dsyevd_("V", "U", &order, matrix, &order, &values, work, &workCount, integers, &integerCount, &status, 1, 1)
        guard status == 0 else { throw KernelsError.notConverged(routine: "dsyevd", rows: size, columns: size, status: Int(status)) }
        return values
    }

    /// The singular values of a matrix, descending; the matrix is destroyed.
    ///
    /// - Parameter matrix: `[rows, columns]`, row-major.
    /// - Throws: `KernelsError.matrixTooLarge`, `.notConverged`.
    public static func singularValues(
        destroying matrix: UnsafeMutablePointer<Double>, rows: Int, columns: Int
    ) throws -> [Double] {
        let count = min(rows, columns)
        guard count > 0 else { return [] }
        try check(rows: rows, columns: columns)
        _ = Gemm.onCallingThread
        // Row-major is the transpose of what LAPACK sees, which has the same singular values.
        var (height, width, one, status): (Int32, Int32, Int32, Int32) = (Int32(columns), Int32(rows), 1, 0)
        var values = [Double](repeating: 0, count: count)
        var bestWork = 0.0
        var workCount: Int32 = -1
        let integers = UnsafeMutablePointer<Int32>.allocate(capacity: 8 * count)
        defer { integers.deallocate() }
        dgesdd_("N", &height, &width, matrix, &height, &values, nil, &one, nil, &one, &bestWork, &workCount, integers, &status, 1)
        workCount = Int32(bestWork)
        let work = UnsafeMutablePointer<Double>.allocate(capacity: max(1, Int(workCount)))
        defer { work.deallocate() }
        dgesdd_("N", &height, &width, matrix, &height, &values, nil, &one, nil, &one, work, &workCount, integers, &status, 1)
        guard status == 0 else { throw KernelsError.notConverged(routine: "dgesdd", rows: rows, columns: columns, status: Int(status)) }
        return values
    }
}
