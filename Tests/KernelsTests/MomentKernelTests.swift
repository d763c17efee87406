import CKernels
import Kernels
import Testing

@Suite("The kernel of moments")
struct MomentKernelTests {
    @Test(
        "adds powers of what is within the limit, counts the rest, and counts by position, as the plain loop at every level",
        arguments: KernelLevel.sizes)
    func plainLoop(columns: Int) {
        let rows = 21
        let (limit, below): (Float, Float) = (20, -25.0 / 255)
        let x = nasty(rows * columns, seed: 71, withNotFinite: true)
        let bias = nasty(columns, seed: 72, scale: 0.1)
        var sums = (0..<4 * columns).map { Double($0) }
        var near = [Int32](repeating: 3, count: columns)
        var changed = [Int32](repeating: 4, count: columns)
        var positive = (0..<rows * columns).map { UInt8(truncatingIfNeeded: $0) }
        let start = (sums, near, changed, positive)
        for r in 0..<rows {
            for c in 0..<columns {
                let v = x[r * columns + c] + bias[c]
                near[c] += v > below ? 1 : 0
                positive[r * columns + c] &+= v > 0 ? 1 : 0
                let taken = v.isNaN ? 0 : min(max(v, -limit), limit)
                changed[c] += v == taken ? 0 : 1
                let w = Double(taken)
                sums[c] += w
                sums[columns + c] += w * w
                sums[2 * columns + c] += (w * w) * w
                sums[3 * columns + c] += (w * w) * (w * w)
            }
        }
        for level in KernelLevel.all {
            var found = start
            level.kernels.moments(x, bias, rows, columns, limit, below, &found.0, &found.1, &found.2, &found.3)
            #expect(found.0 == sums && found.1 == near && found.2 == changed && found.3 == positive, "\(level)")
        }
    }
}
