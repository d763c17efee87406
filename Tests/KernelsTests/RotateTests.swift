import CKernels
import Foundation
import Kernels
import Testing

@Suite("Rotation of pairs")
struct RotateTests {
    @Test(
        "has the same bits at every level, and touches nothing but the pairs",
        arguments: [(0, 4), (1, 2), (2, 7), (8, 16), (15, 31), (16, 40), (17, 40), (33, 66)])
    func bits(pairs: Int, headWidth: Int) {
        let (rows, heads) = (3, 2)
        let leading = 3 * heads * headWidth
        let x = nasty(rows * leading, seed: 5)
        var numbers = SeededFloats(seed: 6)
        let angles = numbers.uniform(rows * pairs).map { 7 * $0 }
        let (cosines, sines) = (angles.map { cosf($0) }, angles.map { sinf($0) })
        var expected = x
        for row in 0..<rows {
            for head in 0..<heads {
                for pair in 0..<pairs {
                    let first = row * leading + head * headWidth + pair
                    let (cosine, sine) = (cosines[row * pairs + pair], sines[row * pairs + pair])
                    let (a, b) = (x[first], x[first + pairs])
                    // Two roundings each: a product of its own, and a sum.
                    let (ac, bs, bc, s) = (a * cosine, b * sine, b * cosine, a * sine)
                    expected[first] = ac - bs
                    expected[first + pairs] = bc + s
                }
            }
        }
        for level in KernelLevel.all {
            var found = x
            level.kernels.rotate(&found, leading, cosines, sines, rows, heads, headWidth, pairs)
            #expect(KernelsTests.bits(found) == KernelsTests.bits(expected), "\(level)")
        }
    }
}
