import CKernels
import Testing

@Suite("Half and bfloat16")
struct ConversionTests {
    @Test("every half widens exactly, NaNs with their sign and payload", arguments: KernelLevel.all)
    func halves(level: KernelLevel) {
        let x = (0...UInt16.max).map { $0 }
        var out = [Float](repeating: 1, count: x.count)
        level.kernels.half_to_float(x, &out, x.count)
        for (half, found) in zip(x, out) {
            let isNaN = half & 0x7c00 == 0x7c00 && half & 0x3ff != 0
            let payload = UInt32(half & 0x8000) << 16 | 0x7f80_0000 | UInt32(half & 0x3ff) << 13
            let expected = isNaN ? payload : Float(Float16(bitPattern: half)).bitPattern
            if found.bitPattern != expected { Issue.record("half \(half) at \(level): \(found)") }
        }
    }

    @Test("every bfloat16 is the upper half of its float", arguments: KernelLevel.all)
    func bfloats(level: KernelLevel) {
        let x = (0...UInt16.max).map { $0 }
        var out = [Float](repeating: 1, count: x.count)
        level.kernels.bfloat16_to_float(x, &out, x.count)
        #expect(zip(x, out).allSatisfy { UInt32($0) << 16 == $1.bitPattern })
    }

    @Test("odd sizes write only their own elements", arguments: KernelLevel.sizes)
    func sizes(count: Int) {
        let x = (0..<count + 1).map { UInt16(truncatingIfNeeded: $0 * 641) }
        for level in KernelLevel.all {
            for convert in [level.kernels.half_to_float, level.kernels.bfloat16_to_float] {
                var whole = [Float](repeating: 0, count: count + 1)
                convert?(x, &whole, count + 1)
                var part = [Float](repeating: -1, count: count + 1)
                convert?(x, &part, count)
                #expect(part[count] == -1)
                #expect(bits(part.dropLast()) == bits(whole.dropLast()))
            }
        }
    }
}
