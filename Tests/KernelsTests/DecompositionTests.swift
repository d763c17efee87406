import Kernels
import Testing

@Suite("Decompositions in float64")
struct DecompositionTests {
    private static func numbers(_ count: Int, seed: UInt64) -> [Double] {
        var numbers = SeededFloats(seed: seed)
        return numbers.normal(count).map(Double.init)
    }

    /// A product by plain loops, `[m, n]`.
    private static func product(_ a: [Double], _ b: [Double], _ m: Int, _ n: Int, _ k: Int, transposeB: Bool = false) -> [Double] {
        (0..<m * n).map { place in
            let (i, j) = (place / n, place % n)
            return (0..<k).reduce(0) { $0 + a[i * k + $1] * b[transposeB ? j * k + $1 : $1 * n + j] }
        }
    }

    @Test("products agree with the plain loop, whatever is transposed", arguments: [false, true], [false, true])
    func products(transposeA: Bool, transposeB: Bool) {
        let (m, n, k) = (7, 5, 11)
        let (a, b) = (Self.numbers(m * k, seed: 1), Self.numbers(k * n, seed: 2))
        let rows = transposeA ? (0..<m * k).map { a[$0 % k * m + $0 / k] } : a
        let expected = Self.product(rows, b, m, n, k, transposeB: transposeB)
        var c = [Double](repeating: .nan, count: m * n)
        Gemm.multiply(
            m, n, k, a, lda: transposeA ? m : k, transposeA: transposeA, b, ldb: transposeB ? k : n, transposeB: transposeB, into: &c,
            ldc: n)
        #expect(zip(c, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test("a symmetric matrix times its eigenvectors is these times their values, which ascend", arguments: [1, 2, 9, 60])
    func eigenvectors(size: Int) throws {
        let factor = Self.numbers(size * size, seed: UInt64(size))
        let matrix = (0..<size * size).map { factor[$0] + factor[$0 % size * size + $0 / size] }
        var vectors = matrix
        let values = try Decomposition.eigenvalues(replacing: &vectors, size: size)
        #expect(values == values.sorted())
        let image = Self.product(vectors, matrix, size, size, size)
        let gram = Self.product(vectors, vectors, size, size, size, transposeB: true)
        for k in 0..<size {
            for d in 0..<size {
                #expect(abs(image[k * size + d] - values[k] * vectors[k * size + d]) < 1e-11)
                #expect(abs(gram[k * size + d] - (k == d ? 1 : 0)) < 1e-12)
            }
        }
    }

    @Test(
        "squares of singular values are the eigenvalues of the product with the transpose", arguments: [(1, 1), (4, 9), (9, 4), (40, 40)])
    func singularValues(rows: Int, columns: Int) throws {
        let matrix = Self.numbers(rows * columns, seed: 3)
        var copy = matrix
        let values = try Decomposition.singularValues(destroying: &copy, rows: rows, columns: columns)
        #expect(values.count == min(rows, columns) && values == values.sorted(by: >))
        var gram = Self.product(matrix, matrix, rows, rows, columns, transposeB: true)
        let squares = try Decomposition.eigenvalues(replacing: &gram, size: rows).reversed().prefix(values.count)
        #expect(zip(values, squares).allSatisfy { abs($0 * $0 - $1) < 1e-11 })
    }

    @Test("a matrix that LAPACK cannot count is refused before it is touched")
    func tooLarge() {
        let size = Decomposition.largestSize + 1
        var one = 0.0
        #expect(throws: KernelsError.matrixTooLarge(rows: size, columns: size, limit: size - 1)) {
            try Decomposition.eigenvalues(replacing: &one, size: size)
        }
        #expect(throws: KernelsError.matrixTooLarge(rows: 1, columns: size, limit: size - 1)) {
            try Decomposition.singularValues(destroying: &one, rows: 1, columns: size)
        }
        // What eigenvectors of the largest one need is counted in 32 bits, and of one more is not.
        #expect(Int32(exactly: 2 * (size - 1) * (size - 1) + 6 * (size - 1) + 1) != nil)
        #expect(Int32(exactly: 2 * size * size + 6 * size + 1) == nil)
    }

    @Test("a matrix has the same bits with threads beside it, and of nothing there is nothing")
    func sameBits() throws {
        let matrix = Self.numbers(120 * 120, seed: 5)
        @Sendable func solved() throws -> [UInt64] {
            var copy = matrix
            let values = try Decomposition.singularValues(destroying: &copy, rows: 120, columns: 120)
            copy = matrix
            let eigenvalues = try Decomposition.eigenvalues(replacing: &copy, size: 120)
            return (values + eigenvalues + copy).map(\.bitPattern)
        }
        let alone = try solved()
        for other in try ThreadTeam(count: 4).map(8, { _, _ in try solved() }) { #expect(other == alone) }
        var nothing: [Double] = []
        #expect(try Decomposition.eigenvalues(replacing: &nothing, size: 0).isEmpty)
        #expect(try Decomposition.singularValues(destroying: &nothing, rows: 0, columns: 3).isEmpty)
    }
}
