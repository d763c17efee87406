import CKernels
import Kernels
import Testing

@Suite("Statistics kernels")
struct StatisticsKernelTests {
    @Test("standardising gathers rows and gives the bits of the plain loop at every level", arguments: KernelLevel.sizes)
    func standardise(columns: Int) {
        let rows = 9
        let leading = columns + 3
        let x = nasty(rows * leading, seed: 21, withNotFinite: true)
        let mean = nasty(columns, seed: 22)
        let inverse = nasty(columns, seed: 23)
        let indices: [Int32] = [8, 0, 0, 3, 7]
        var expected = [Float](repeating: 7, count: indices.count * leading)
        for (i, index) in indices.enumerated() {
            for c in 0..<columns { expected[i * leading + c] = (x[Int(index) * leading + c] - mean[c]) * inverse[c] }
        }
        for level in KernelLevel.all {
            var out = [Float](repeating: 7, count: indices.count * leading)
            level.kernels.standardise_gather(x, leading, indices, indices.count, mean, inverse, &out, leading, columns)
            #expect(bits(out) == bits(expected), "\(level)")
        }
    }

    @Test("int32 accumulation rounds halves to even, exactly, at every level", arguments: KernelLevel.sizes)
    func accumulateInt32(columns: Int) {
        let rows = 3
        let (ldc, lda) = (columns + 1, columns + 2)
        var numbers = SeededFloats(seed: 31)
        var c = numbers.uniform(rows * ldc, scale: 1e6)
        // Halves of both signs, values just beside them, the largest that keep a fraction, the largest that int32 holds.
        let special: [Float] = [
            0.03125, 0.09375, -0.03125, -0.09375, 0.15625, 0.031249998, 0.031250004, -0.0, 524_287.97, 262_143.97, -262_143.97, 134_217_720,
            -134_217_728, 0x1p-140,
        ]
        for index in c.indices where index % 3 == 0 { c[index] = special[(index / 3) % special.count] }
        let start = (0..<rows * lda).map { Int32($0) }
        var expected = start
        for r in 0..<rows {
            for i in 0..<columns { expected[r * lda + i] &+= Int32((Double(c[r * ldc + i]) * 16).rounded(.toNearestOrEven)) }
        }
        for level in KernelLevel.all {
            var found = start
            level.kernels.accumulate_int32(c, ldc, &found, lda, rows, columns, 16)
            #expect(found == expected, "\(level)")
        }
    }

    @Test("int64 accumulation is exact up to 2^62 at every level", arguments: KernelLevel.sizes)
    func accumulateInt64(columns: Int) {
        let rows = 3
        let (ldc, lda) = (columns + 1, columns + 2)
        var numbers = SeededFloats(seed: 32)
        var c = numbers.uniform(rows * ldc, scale: 1e6)
        for index in c.indices where index % 2 == 0 {
            let exponent = Int(numbers.nextBits() % 63) - 4
            c[index] =
                (numbers.nextBits() & 1 == 0 ? 1 : -1)
                * Float(sign: .plus, exponent: exponent, significand: 1 + abs(numbers.next()) * 0.999)
        }
        if !c.isEmpty { c[0] = 0x1p62 / 16 }
        let start = (0..<rows * lda).map { Int64($0) }
        var expected = start
        for r in 0..<rows {
            for i in 0..<columns { expected[r * lda + i] &+= Int64((Double(c[r * ldc + i]) * 16).rounded(.toNearestOrEven)) }
        }
        for level in KernelLevel.all {
            var found = start
            level.kernels.accumulate_int64(c, ldc, &found, lda, rows, columns, 16)
            #expect(found == expected, "\(level)")
        }
    }

    @Test("power sums add rows in order in float64 at every level", arguments: KernelLevel.sizes)
    func powerSums(columns: Int) {
        let rows = 71
        let leading = columns + 1
        let z = nasty(rows * leading, seed: 41, scale: 2)
        var expected = (0..<4).map { [Double](repeating: Double($0), count: columns) }
        for r in 0..<rows {
            for c in 0..<columns {
                let v = Double(z[r * leading + c])
                expected[0][c] += v
                expected[1][c] += v * v
                expected[2][c] += v * v * v
                expected[3][c] += (v * v) * (v * v)
            }
        }
        for level in KernelLevel.all {
            var sums = (0..<4).map { [Double](repeating: Double($0), count: columns) }
            var (s1, s2, s3, s4) = (sums[0], sums[1], sums[2], sums[3])
            level.kernels.power_sums(z, leading, rows, columns, &s1, &s2, &s3, &s4)
            sums = [s1, s2, s3, s4]
            #expect(sums == expected, "\(level)")
        }
    }

    @Test("a value that is not finite shows in its column's power sums alone")
    func powerSumsNotFinite() {
        var z = [Float](repeating: 1, count: 40 * 20)
        z[33 * 20 + 7] = .nan
        z[3 * 20 + 19] = .infinity
        var sums = [Double](repeating: 0, count: 80)
        sums.withUnsafeMutableBufferPointer {
            let base = $0.baseAddress!
            un_power_sums(z, 20, 40, 20, base, base + 20, base + 40, base + 60)
        }
        for column in 0..<20 { #expect(sums[column].isFinite == (column != 7 && column != 19)) }
    }

    @Test("counts of positive values and selections above thresholds at every level", arguments: KernelLevel.sizes)
    func countAndSelect(columns: Int) {
        let rows = 70
        let leading = columns + 1
        let x = nasty(rows * leading, seed: 51, withNotFinite: true)
        let indices = (0..<rows).map { Int32(($0 * 13) % rows) } + [0, 0]
        let thresholds = nasty(columns, seed: 52)
        let expected = (0..<columns).map { c in Int64(5 + indices.count { x[Int($0) * leading + c] > 0 }) }
        let chosen = (0..<columns).filter { x[leading + $0] > thresholds[$0] }.map { Int32($0) }
        for level in KernelLevel.all {
            var counts = [Int64](repeating: 5, count: columns)
            level.kernels.count_positive(x, leading, indices, indices.count, &counts, columns)
            #expect(counts == expected, "\(level)")
            var selected = [Int32](repeating: -1, count: columns)
            let found = x.withUnsafeBufferPointer { level.kernels.select_above($0.baseAddress! + leading, thresholds, &selected, columns) }
            #expect(Array(selected.prefix(found)) == chosen, "\(level)")
        }
    }

    @Test("the first value that is not finite is found wherever it is", arguments: KernelLevel.all)
    func notFinite(level: KernelLevel) {
        var x = nasty(67, seed: 61)
        #expect(level.kernels.find_not_finite(x, 67) == -1)
        #expect(level.kernels.find_not_finite(x, 0) == -1)
        for position in x.indices.reversed() {
            x[position] = [.nan, .infinity, -.infinity][position % 3]
            #expect(level.kernels.find_not_finite(x, 67) == position)
        }
    }
}
