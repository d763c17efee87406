import Checkpoints
import Foundation
import Kernels
import Testing

@testable import Models

@Suite("Rotary embeddings")
struct RotaryTableTests {
    @Test("frequencies are those of transformers in float32, to the bit")
    func frequencies() {
        // 1.0 / (10000 ** (torch.arange(0, 16, 2, dtype=torch.float) / 16)), which is not what float64 rounds to.
        let expected: [UInt32] = [
            0x3F80_0000, 0x3EA1_E89B, 0x3DCC_CCCD, 0x3D01_86E3, 0x3C23_D70A, 0x3B4F_3E38, 0x3A83_126F, 0x39A5_CB60,
        ]
        #expect(RotaryTable.frequencies(RotaryEmbedding(dimensions: 16, base: 10_000)).map(\.bitPattern) == expected)
        #expect(RotaryTable.frequencies(RotaryEmbedding(dimensions: 3, base: 500)).count == 2)
        #expect(RotaryTable.frequencies(RotaryEmbedding(dimensions: 0, base: 500)).isEmpty)
    }

    @Test("cosines and sines are exact to float32, in every quarter and far out")
    func exact() {
        var numbers = SeededFloats(seed: 12)
        let edges: [Float] = [0, 1e-30, 0.5, .pi / 4, .pi / 2, .pi, 1.5 * .pi, 2 * .pi, 710, 2_047, 65_535, 16_777_215]
        for angle in edges + numbers.uniform(4_000).map({ abs($0) * 2_048 }) + numbers.uniform(1_000).map({ abs($0) * 16_777_216 }) {
            let found = RotaryTable.cosineAndSine(of: angle)
            let (cosine, sine) = (cos(Double(angle)), sin(Double(angle)))
            // Half a unit in the last place, and what the double itself is off where it lies between two floats.
            #expect(abs(Double(found.cosine) - cosine) <= Double(Float(cosine).ulp) * 0.51, "\(angle)")
            #expect(abs(Double(found.sine) - sine) <= Double(Float(sine).ulp) * 0.51, "\(angle)")
        }
    }

    @Test("a table has a row for each position")
    func table() {
        let rotary = RotaryEmbedding(dimensions: 4, base: 100)
        let memory = FloatBuffer(count: RotaryTable.floats(rotary, context: 5))
        let table = RotaryTable(rotary, context: 5, in: memory.pointer)
        for position in 0..<5 {
            for pair in 0..<2 {
                let angle = Double(position) * pow(100, -Double(pair) / 2)
                #expect(abs(Double(table.cosines[position * 2 + pair]) - cos(angle)) < 1e-6)
                #expect(abs(Double(table.sines[position * 2 + pair]) - sin(angle)) < 1e-6)
            }
        }
    }
}
