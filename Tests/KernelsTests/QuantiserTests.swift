import CKernels
import Kernels
import Testing

@Suite("Rounding to integers at random")
struct QuantiserTests {
    /// What the quantiser makes of some values.
    struct Levels: Equatable {
        /// `[columns, leading]`
        var values: [Int8]
        /// (column, token, what is lacking), sorted.
        var beyond: [[Int64]]
    }

    private func keys(_ rows: Int) -> [UInt64] { (0..<rows).map { SplitMix64.mix(UInt64($0) &* SplitMix64.increment) } }

    /// The plain loop.
    private func expected(_ z: [Float], ldz: Int, rows: Int, columns: Int, first: UInt32, limit: Int, leading: Int) -> Levels {
        var result = Levels(values: Array(repeating: -99, count: columns * leading), beyond: [])
        for (row, key) in keys(rows).enumerated() {
            for column in 0..<columns {
                var x = (first &+ UInt32(column)) &* 0x9e37_79b9 &+ UInt32(truncatingIfNeeded: key)
                x ^= x >> 16
                x &*= 0x7feb_352d
                x ^= x >> 15
                x &+= UInt32(truncatingIfNeeded: key >> 32)
                x &*= 0x846c_a68b
                x ^= x >> 16
                let uniform = (Float(x >> 9) + 0.5) * 0x1p-23
                let value = z[row * ldz + column]
                let below = value.rounded(.down)
                let level = below + (uniform < value - below ? 1 : 0)
                let kept = min(max(level, -Float(limit)), Float(limit))
                result.values[column * leading + row] = Int8(kept)
                if level != kept {
                    let whole = Int64(min(max(Double(level), -0x1p62), 0x1p62))
                    result.beyond.append([Int64(column), Int64(row), whole - Int64(kept)])
                }
            }
        }
        result.beyond.sort { ($0[0], $0[1]) < ($1[0], $1[1]) }
        return result
    }

    private func found(
        _ level: KernelLevel, _ z: [Float], ldz: Int, rows: Int, columns: Int, first: UInt32, limit: Int, leading: Int, capacity: Int
    ) -> (levels: Levels, count: Int) {
        var values = [Int8](repeating: -99, count: columns * leading)
        var beyond = [un_beyond](repeating: un_beyond(), count: max(capacity, 1))
        let count = level.kernels.quantise(
            z, ldz, rows, columns, keys(rows), first, Int32(limit), &values, leading, &beyond, capacity)
        let list = beyond.prefix(min(count, capacity)).map { [Int64($0.column), Int64($0.row), $0.excess] }
        return (Levels(values: values, beyond: list.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }), count)
    }

    @Test("gives the integers of the plain loop at every level, and keeps aside what lies beyond", arguments: KernelLevel.sizes)
    func plainLoop(columns: Int) {
        for (rows, limit) in [(1, 63), (70, 127), (130, 63)] {
            let (ldz, leading) = (columns + 3, rows + 5)
            var z = nasty(rows * ldz, seed: 71, scale: 40)
            var numbers = SeededFloats(seed: 72)
            let special: [Float] = [
                63, -63, 64, -64, 127, -127, 127.5, -127.5, 0x1p23, -0x1p23, 0x1p24, 1e12, -1e25, 0x1.fffffep22, -0x1p-30, 0.99999994, -0.5,
            ]
            for index in z.indices where index % 5 == 0 { z[index] = special[Int(numbers.nextBits() % UInt64(special.count))] }
            let expected = expected(z, ldz: ldz, rows: rows, columns: columns, first: 1_000_003, limit: limit, leading: leading)
            for level in KernelLevel.all {
                let all = found(
                    level, z, ldz: ldz, rows: rows, columns: columns, first: 1_000_003, limit: limit, leading: leading,
                    capacity: expected.beyond.count)
                #expect(all.levels == expected, "\(level)")
                #expect(all.count == expected.beyond.count)
                // With less room the integers are the same and all are counted.
                let some = found(
                    level, z, ldz: ldz, rows: rows, columns: columns, first: 1_000_003, limit: limit, leading: leading,
                    capacity: expected.beyond.count / 2)
                #expect(some.levels.values == expected.values && some.count == expected.beyond.count, "\(level)")
                #expect(Set(some.levels.beyond).isSubset(of: expected.beyond))
            }
        }
    }

    @Test("a column's integers depend on its index in the run and the token alone")
    func places() {
        let (rows, columns) = (100, 60)
        var numbers = SeededFloats(seed: 73)
        let z = numbers.normal(rows * columns, scale: 9)
        var all = [Int8](repeating: 0, count: rows * columns)
        let keys = keys(rows)
        un_quantise(z, columns, rows, columns, keys, 5, 63, &all, rows, nil, 0)
        // Columns 7... and tokens 33... alone.
        var part = [Int8](repeating: 0, count: (rows - 33) * (columns - 7))
        z.withUnsafeBufferPointer { z in
            keys.withUnsafeBufferPointer { keys in
                guard let z = z.baseAddress, let keys = keys.baseAddress else { return }
                un_quantise(z + 33 * columns + 7, columns, rows - 33, columns - 7, keys + 33, 12, 63, &part, rows - 33, nil, 0)
            }
        }
        for column in 7..<columns {
            #expect(part[(column - 7) * (rows - 33)..<(column - 6) * (rows - 33)] == all[column * rows + 33..<(column + 1) * rows])
        }
    }

    @Test(
        "the mean of the integers is the value: no bias, and integers stay what they are",
        arguments: [0.5, 0.01, -0.3, -12.75, 33.125, 0.9, 61.999, -0.001, 3, -63, 0] as [Float])
    func unbiased(value: Float) {
        let (rows, columns) = (2_048, 512)
        let z = [Float](repeating: value, count: rows * columns)
        var levels = [Int8](repeating: 0, count: rows * columns)
        #expect(un_quantise(z, columns, rows, columns, keys(rows), 40, 63, &levels, rows, nil, 0) == 0)
        let sum = levels.reduce(0.0) { $0 + Double($1) }
        let count = Double(rows * columns)
        let fraction = Double(value - value.rounded(.down))
        // The seed is fixed: this is no test that fails at times. Four deviations of a fair rounding.
        let tolerance = 4 * (count * fraction * (1 - fraction)).squareRoot()
        #expect(abs(sum - count * Double(value)) <= tolerance)
        #expect(levels.allSatisfy { abs(Float($0) - value) < 1 })
    }

    @Test("the roundings of two columns, and of two tokens, know nothing of each other")
    func independent() {
        let (rows, columns) = (2_048, 160)
        let z = [Float](repeating: 0.5, count: rows * columns)
        var levels = [Int8](repeating: 0, count: rows * columns)
        un_quantise(z, columns, rows, columns, keys(rows), 0, 63, &levels, rows, nil, 0)
        /// Of ±1 for each rounding: the products' sums over `count` roundings, divided by √count, as mean, variance and largest.
        func moments(of series: Int, over count: Int, _ value: (_ series: Int, _ place: Int) -> Int) -> (Double, Double, Double) {
            var (sum, squares, largest, pairs) = (0.0, 0.0, 0.0, 0.0)
            for a in 0..<series {
                for b in a + 1..<series {
                    let product = (0..<count).reduce(0) { $0 + value(a, $1) * value(b, $1) }
                    let score = Double(product) / Double(count).squareRoot()
                    sum += score
                    squares += score * score
                    largest = max(largest, abs(score))
                    pairs += 1
                }
            }
            return (sum / pairs, squares / pairs, largest)
        }
        // 12,720 pairs: the mean is within 0.01 and the variance within 0.013 of 0 and 1 in one of three cases.
        let ofColumns = moments(of: columns, over: rows) { column, row in 2 * Int(levels[column * rows + row]) - 1 }
        let ofTokens = moments(of: columns, over: columns) { token, column in 2 * Int(levels[column * rows + token]) - 1 }
        for (mean, variance, largest) in [ofColumns, ofTokens] {
            #expect(abs(mean) < 0.04 && abs(variance - 1) < 0.05 && largest < 5.5)
        }
    }

    @Test("ranges of columns are the least and the largest values at every level", arguments: KernelLevel.sizes)
    func ranges(columns: Int) {
        let (rows, ldx) = (75, columns + 2)
        let x = nasty(rows * ldx, seed: 74)
        let expected = (0..<columns).map { column in (0..<rows).map { x[$0 * ldx + column] } }
        for level in KernelLevel.all {
            var least = [Float](repeating: .infinity, count: columns)
            var largest = [Float](repeating: -.infinity, count: columns)
            level.kernels.column_range(x, ldx, rows, columns, &least, &largest)
            #expect(least == expected.map { $0.min() ?? 0 } && largest == expected.map { $0.max() ?? 0 }, "\(level)")
        }
    }
}
