import Kernels
import Testing

@Suite("Matrix products")
struct GemmTests {
    struct Shape: Sendable, CustomStringConvertible {
        let m: Int, n: Int, k: Int
        var description: String { "\(m)x\(n)x\(k)" }
    }

    static let shapes = [
        Shape(m: 1, n: 1, k: 1), Shape(m: 3, n: 5, k: 7), Shape(m: 17, n: 1, k: 33), Shape(m: 1, n: 19, k: 64), Shape(m: 64, n: 65, k: 100),
        Shape(m: 5, n: 4, k: 0), Shape(m: 0, n: 4, k: 3),
    ]

    @Test("all transpositions agree with the plain loop in float64", arguments: shapes)
    func plainLoop(shape: Shape) {
        OpenBLAS.useOneThread()
        let (m, n, k) = (shape.m, shape.n, shape.k)
        for (transposeA, transposeB, accumulate) in [(false, false, false), (true, false, true), (false, true, false), (true, true, true)] {
            var numbers = SeededFloats(seed: UInt64(m * 100 + n * 10 + k))
            let (lda, ldb, ldc) = ((transposeA ? m : k) + 2, (transposeB ? k : n) + 1, n + 3)
            let a = numbers.uniform((transposeA ? k : m) * lda + 1)
            let b = numbers.uniform((transposeB ? n : k) * ldb + 1)
            let start = numbers.uniform(m * ldc + 1)
            var c = start
            Gemm.multiply(
                m, n, k, a, lda: lda, transposeA: transposeA, b, ldb: ldb, transposeB: transposeB, into: &c, ldc: ldc,
                accumulate: accumulate)
            for i in 0..<m {
                for j in 0..<ldc {
                    var sum = j >= n || accumulate ? Double(start[i * ldc + j]) : 0
                    if j < n {
                        for p in 0..<k {
                            sum += Double(a[transposeA ? p * lda + i : i * lda + p]) * Double(b[transposeB ? j * ldb + p : p * ldb + j])
                        }
                    }
                    #expect(abs(Double(c[i * ldc + j]) - sum) < 1e-5)
                }
            }
        }
    }

    @Test("a product has the same bits on every thread and with threads beside it")
    func sameBitsOnThreads() throws {
        OpenBLAS.useOneThread()
        var numbers = SeededFloats(seed: 9)
        let a = numbers.normal(512 * 96)
        let alone = FloatBuffer(count: 96 * 96)
        Gemm.multiply(96, 96, 512, a, lda: 96, transposeA: true, a, ldb: 96, into: alone.pointer, ldc: 96)
        let results = (0..<12).map { _ in FloatBuffer(count: 96 * 96) }
        try ThreadTeam(count: 4).forEach(12) { item, _ in
            Gemm.multiply(96, 96, 512, a, lda: 96, transposeA: true, a, ldb: 96, into: results[item].pointer, ldc: 96)
        }
        for result in results { #expect(bits(result.values) == bits(alone.values)) }
    }

    @Test("the fingerprints repeat to the bit and are finite")
    func fingerprints() {
        OpenBLAS.useOneThread()
        #expect(bits(KernelFingerprint.referenceTile()) == bits(KernelFingerprint.referenceTile()))
        let reference = KernelFingerprint.elementwiseReference()
        #expect(bits(reference) == bits(KernelFingerprint.elementwiseReference()))
        #expect(reference.count == 4 * 5 * 333 + 37 * 37)
        #expect(reference.allSatisfy { $0.isFinite })
    }

    @Test("the speed probe gives a speed")
    func probe() throws {
        OpenBLAS.useOneThread()
        #expect(try SpeedProbe.gigaflopsPerSecond(repetitions: 1) > 0.1)
    }
}
