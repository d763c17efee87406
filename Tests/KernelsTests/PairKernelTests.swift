import CKernels
import Kernels
import Testing

@Suite("Kernels of candidate pairs")
struct PairKernelTests {
    @Test("transposing moves every value and nothing beside it, at every level", arguments: KernelLevel.sizes)
    func transpose(columns: Int) {
        let (rows, ldx, ldo) = (37, columns + 2, 41)
        let x = nasty(rows * ldx, seed: 61, withNotFinite: true)
        var expected = [Float](repeating: 7, count: max(1, columns * ldo))
        for c in 0..<columns {
            for r in 0..<rows { expected[c * ldo + r] = x[r * ldx + c] }
        }
        for level in KernelLevel.all {
            var out = [Float](repeating: 7, count: max(1, columns * ldo))
            level.kernels.transpose(x, ldx, rows, columns, &out, ldo)
            #expect(bits(out) == bits(expected), "\(level)")
        }
    }

    @Test("products of pairs have the bits of the plain loop in 16 lanes at every level", arguments: [0, 16, 32, 256])
    func products(length: Int) {
        let (lda, ldb) = (length + 3, length + 5)
        let a = nasty(5 * lda, seed: 62)
        let b = nasty(4 * ldb, seed: 63)
        let (rows, columns): ([Int32], [Int32]) = ([0, 4, 4, 2, 0], [3, 0, 3, 1, 3])
        let start: [Double] = [0, 1.5, -2, 0x1p60, 3]
        let expected = rows.indices.map { k in
            var lanes = [Float](repeating: 0, count: 16)
            for i in 0..<length { lanes[i % 16] += a[Int(rows[k]) * lda + i] * b[Int(columns[k]) * ldb + i] }
            // The fixed tree: lane i with i + 8, then i + 4, i + 2, i + 1.
            var width = 8
            while width > 0 {
                for i in 0..<width { lanes[i] += lanes[i + width] }
                width /= 2
            }
            return start[k] + Double(lanes[0])
        }
        for level in KernelLevel.all {
            var sums = start
            level.kernels.pair_products(a, lda, b, ldb, rows, columns, rows.count, length, &sums)
            #expect(sums.map(\.bitPattern) == expected.map(\.bitPattern), "\(level)")
        }
    }

    @Test("products of pairs are within the bound of 16 lanes of the float64 plain loop, at every level", arguments: [16, 32, 256, 1_024])
    func exactProducts(length: Int) {
        var numbers = SeededFloats(seed: UInt64(length) + 64)
        let (a, b) = (numbers.normal(6 * length), numbers.normal(5 * length))
        let pairs = (0..<30).map { (row: $0 % 6, column: $0 % 5) }
        let start = pairs.indices.map { Double($0) - 9.5 }
        let (rows, columns) = (pairs.map { Int32($0.row) }, pairs.map { Int32($0.column) })
        // Each product is rounded, then added within its lane, the first one to 0, and over four steps of the tree.
        let roundings = Double(length / 16 + 4) * 0x1p-24
        for level in KernelLevel.all {
            var sums = start
            level.kernels.pair_products(a, length, b, length, rows, columns, pairs.count, length, &sums)
            for (place, pair) in pairs.enumerated() {
                var (exact, size) = (start[place], 0.0)
                for i in 0..<length {
                    let product = Double(a[pair.row * length + i]) * Double(b[pair.column * length + i])
                    exact += product
                    size += abs(product)
                }
                let bound = roundings / (1 - roundings) * size + Double(length) * 0x1p-53 * (abs(start[place]) + size)
                #expect(abs(sums[place] - exact) <= bound, "\(level), pair \(place)")
            }
        }
    }
}
