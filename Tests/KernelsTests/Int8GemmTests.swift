import Testing

@testable import Kernels

@Suite("Integer matrix products")
struct Int8GemmTests {
    private static let eightBits: ConditionTrait = .enabled(
        if: Int8Gemm.mostBits == .eight, "only where products of 8 bits are exact: the processor has VNNI")

    struct Shape: Sendable, CustomStringConvertible {
        let m: Int, n: Int, k: Int
        var description: String { "\(m)x\(n)x\(k)" }
    }

    static let shapes = [
        Shape(m: 1, n: 1, k: 1), Shape(m: 1, n: 40, k: 300), Shape(m: 40, n: 1, k: 300), Shape(m: 3, n: 5, k: 7),
        Shape(m: 17, n: 33, k: 64), Shape(m: 31, n: 64, k: 257), Shape(m: 100, n: 65, k: 1_000), Shape(m: 64, n: 48, k: 4_096),
        Shape(m: 5, n: 4, k: 0),
        Shape(m: 0, n: 4, k: 3),
    ]

    /// Values of one kind: random ones, the largest, the least, the extremes by turns.
    private func values(_ count: Int, _ kind: Int, limit: Int, _ numbers: inout SeededFloats) -> [Int8] {
        (0..<count).map { _ in
            switch kind {
            case 0: Int8(Int(numbers.nextBits() % UInt64(2 * limit + 1)) - limit)
            case 1: Int8(limit)
            case 2: Int8(-limit)
            default: Int8(numbers.nextBits() & 1 == 0 ? limit : -limit)
            }
        }
    }

    @Test("of 7 bits are those of the plain loop, at the extremes too, and leave alone what lies beside", arguments: shapes)
    func plainLoop(shape: Shape) throws { try compare(.seven, shape) }

    @Test("of 8 bits are those of the plain loop, at the extremes too, and leave alone what lies beside", eightBits, arguments: shapes)
    func plainLoopOfEight(shape: Shape) throws { try compare(.eight, shape) }

    private func compare(_ bits: QuantisedBits, _ shape: Shape) throws {
        let (m, n, k) = (shape.m, shape.n, shape.k)
        var numbers = SeededFloats(seed: UInt64(m * 10_000 + n * 100 + k))
        for (left, right) in [(0, 0), (1, 1), (1, 2), (2, 1), (2, 2), (3, 3)] {
            let (lda, ldb, ldc) = (k + 3, k + 1, n + 2)
            let a = values(m * lda + 1, left, limit: bits.limit, &numbers)
            let b = values(n * ldb + 1, right, limit: bits.limit, &numbers)
            // What is added to is any integer: sums wrap around, and back.
            let start = (0..<m * ldc + 1).map { _ in Int32(truncatingIfNeeded: Int(truncatingIfNeeded: numbers.nextBits())) }
            for accumulate in [false, true] {
                var expected = start
                for i in 0..<m {
                    for j in 0..<n {
                        var sum: Int32 = accumulate ? start[i * ldc + j] : 0
                        for p in 0..<k { sum &+= Int32(a[i * lda + p]) * Int32(b[j * ldb + p]) }
                        expected[i * ldc + j] = sum
                    }
                }
                var c = start
                try Int8Gemm.multiply(m, n, k, a, lda: lda, b, ldb: ldb, into: &c, ldc: ldc, accumulate: accumulate)
                #expect(c == expected)
            }
        }
    }

    @Test("of 7 bits and the most tokens fit into 32 bits")
    func longest() throws { try multiplyLongest(.seven) }

    @Test("of 8 bits and the most tokens fit into 32 bits", eightBits)
    func longestOfEight() throws { try multiplyLongest(.eight) }

    private func multiplyLongest(_ bits: QuantisedBits) throws {
        let k = Int8Gemm.longest
        let a = [Int8](repeating: Int8(bits.limit), count: 2 * k)
        let b = [Int8](repeating: Int8(-bits.limit), count: 3 * k)
        var c = [Int32](repeating: 1, count: 6)
        try Int8Gemm.multiply(2, 3, k, a, lda: k, b, ldb: k, into: &c, ldc: 3)
        #expect(c == Array(repeating: Int32(-bits.limit * bits.limit * k), count: 6))
    }

    @Test("are the same on every thread and with threads beside it")
    func threads() throws {
        var numbers = SeededFloats(seed: 4)
        let a = values(96 * 2_048, 0, limit: 63, &numbers)
        var alone = [Int32](repeating: 0, count: 96 * 96)
        try Int8Gemm.multiply(96, 96, 2_048, a, lda: 2_048, a, ldb: 2_048, into: &alone, ldc: 96)
        let results = try ThreadTeam(count: 4).map(12) { _, _ in
            var c = [Int32](repeating: 0, count: 96 * 96)
            try Int8Gemm.multiply(96, 96, 2_048, a, lda: 2_048, a, ldb: 2_048, into: &c, ldc: 96)
            return c
        }
        #expect(results.allSatisfy { $0 == alone })
    }

    @Test("of 8 bits are refused without VNNI, of 7 nowhere")
    func refused() throws {
        let plain = Processor(
            brand: "plain", vendor: "test", hasAVX2: true, hasFMA: true, hasAVX512: false, hasVNNI: false, kernelLevel: "x86-64-v3")
        try Int8Gemm.check(.seven)
        try Int8Gemm.check(.seven, on: plain)
        #expect(throws: KernelsError.bitsNotSupported(8, processor: "plain", reason: "it lacks VNNI")) {
            try Int8Gemm.check(.eight, on: plain)
        }
        #expect(Int8Gemm.mostBits(on: plain) == .seven)
        #expect(Int8Gemm.mostBits == .seven || Processor.current.hasVNNI)
        #expect(QuantisedBits.allCases.map(\.limit) == [63, 127])
    }
}
