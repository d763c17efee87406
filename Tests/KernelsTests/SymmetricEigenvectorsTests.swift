import Kernels
import Testing

@Suite("Symmetric matrices in float64")
struct SymmetricEigenvectorsTests {
    /// A symmetric matrix of random numbers.
    private func matrix(_ order: Int) -> [Double] {
        var generator = SeededFloats(seed: UInt64(order))
        var values = [Double](repeating: 0, count: order * order)
        for row in 0..<order {
            for column in 0...row {
                values[row * order + column] = Double(generator.next())
                values[column * order + row] = values[row * order + column]
            }
        }
        return values
    }

    @Test("each vector is of length 1, orthogonal to the others, and only stretched by the matrix", arguments: [1, 2, 7, 64])
    func eigen(order: Int) throws {
        let values = matrix(order)
        let found = try SymmetricEigenvectors(of: values, order: order)
        #expect(found.values == found.values.sorted() && found.vectors.count == order * order)
        for first in 0..<order {
            let vector = found.vectors[first * order..<(first + 1) * order].map(\.self)
            for row in 0..<order {
                let image = (0..<order).reduce(0.0) { $0 + values[row * order + $1] * vector[$1] }
                #expect(abs(image - found.values[first] * vector[row]) < 1e-12)
            }
            for second in 0...first {
                let product = (0..<order).reduce(0.0) { $0 + vector[$1] * found.vectors[second * order + $1] }
                #expect(abs(product - (first == second ? 1 : 0)) < 1e-12)
            }
        }
    }

    @Test("only the lower triangle is read, and numbers that are not finite are refused")
    func triangle() throws {
        var values = matrix(5)
        let expected = try SymmetricEigenvectors(of: values, order: 5).values
        for row in 0..<5 { for column in row + 1..<5 { values[row * 5 + column] = 99 } }
        #expect(try SymmetricEigenvectors(of: values, order: 5).values == expected)
        values[10] = .nan
        #expect(throws: KernelsError.eigenvectorsFailed(order: 5, status: -4)) { try SymmetricEigenvectors(of: values, order: 5) }
    }

    @Test(
        "a product in float64 is that of the plain loops, whichever side is transposed",
        arguments: [(false, false), (true, false), (false, true)])
    func product(transposeA: Bool, transposeB: Bool) {
        let (m, n, k) = (5, 7, 11)
        var generator = SeededFloats(seed: 1)
        let a = (0..<m * k).map { _ in Double(generator.next()) }
        let b = (0..<k * n).map { _ in Double(generator.next()) }
        var c = [Double](repeating: 1, count: m * n)
        Gemm.multiply(
            m, n, k, a, lda: transposeA ? m : k, transposeA: transposeA, b, ldb: transposeB ? k : n, transposeB: transposeB, into: &c,
            ldc: n, accumulate: true)
        for row in 0..<m {
            for column in 0..<n {
                let sum = (0..<k).reduce(1.0) {
                    $0 + (transposeA ? a[$1 * m + row] : a[row * k + $1]) * (transposeB ? b[column * k + $1] : b[$1 * n + column])
                }
                #expect(abs(c[row * n + column] - sum) < 1e-12)
            }
        }
    }
}
