import CKernels
import Foundation
import Kernels
import Testing

@Suite("Layer norm and softmax")
struct RowTests {
    @Test("layer norm has the same bits at every level", arguments: KernelLevel.sizes)
    func layerNormBits(columns: Int) throws {
        let rows = 3
        let x = nasty(rows * columns, seed: 7)
        let gamma = nasty(columns, seed: 8)
        let beta = nasty(columns, seed: 9)
        let expected = try #require(unary(x, offset: 0) { KernelLevel.all[0].kernels.layer_norm($0, gamma, beta, $1, rows, columns, 1e-5) })
        for level in KernelLevel.all {
            let found = try #require(unary(x, offset: 1) { level.kernels.layer_norm($0, gamma, beta, $1, rows, columns, 1e-5) })
            #expect(bits(found) == bits(expected), "\(level)")
        }
    }

    @Test("layer norm agrees with PyTorch in float64, outliers and large means included")
    func layerNormAccuracy() throws {
        let x = try Fixture.floats("layer_norm.x")
        let gamma = try Fixture.floats("layer_norm.gamma")
        let beta = try Fixture.floats("layer_norm.beta")
        let expected = try Fixture.doubles("layer_norm")
        var out = [Float](repeating: 0, count: x.count)
        un_layer_norm(x, gamma, beta, &out, 7, 333, 1e-5)
        for row in 0..<7 {
            let range = row * 333..<(row + 1) * 333
            let largest = range.map { abs(expected[$0]) }.max() ?? 0
            let error = range.map { abs(Double(out[$0]) - expected[$0]) }.max() ?? 0
            // Row 3 has a mean of 1,000 times its deviation: float32 inputs of that size leave 3 digits less.
            #expect(error / largest < (row == 3 ? 3e-5 : 1e-6), "row \(row)")
        }
    }

    @Test("a layer norm row with a NaN is NaN, the others are not")
    func layerNormNaN() {
        var numbers = SeededFloats(seed: 4)
        var x = numbers.uniform(3 * 20)
        x[20 + 18] = .nan
        let one = [Float](repeating: 1, count: 20)
        var out = x
        un_layer_norm(x, one, one, &out, 3, 20, 1e-5)
        #expect(out[20..<40].allSatisfy { $0.isNaN })
        #expect(out[..<20].allSatisfy { $0.isFinite } && out[40...].allSatisfy { $0.isFinite })
    }

    @Test("softmax has the same bits at every level and touches nothing beyond its columns", arguments: [0, 1, 2, 15, 16, 17, 33, 100])
    func softmaxBits(rows: Int) {
        let leading = rows + 5
        let scores = nasty(rows * leading, seed: 11, scale: 10)
        var expected = scores
        KernelLevel.all[0].kernels.causal_softmax(&expected, rows, leading, 0.125)
        for level in KernelLevel.all {
            var found = scores
            level.kernels.causal_softmax(&found, rows, leading, 0.125)
            #expect(bits(found) == bits(expected), "\(level)")
        }
        for row in 0..<rows {
            #expect(bits(expected[row * leading + rows..<(row + 1) * leading]) == bits(scores[row * leading + rows..<(row + 1) * leading]))
            #expect(expected[row * leading + row + 1..<row * leading + rows].allSatisfy { $0 == 0 })
            let sum = expected[row * leading...row * leading + row].reduce(0.0) { $0 + Double($1) }
            #expect(abs(sum - 1) < 1e-6)
        }
    }

    @Test("softmax agrees with PyTorch in float64")
    func softmaxAccuracy() throws {
        var scores = try Fixture.floats("causal_softmax.x")
        let expected = try Fixture.doubles("causal_softmax")
        un_causal_softmax(&scores, 50, 50, 0.125)
        for (found, value) in zip(scores, expected) { #expect(abs(Double(found) - value) < 2e-6 * value + 1e-30) }
    }

    @Test("softmax is stable for huge scores and shows a NaN or an infinity", arguments: KernelLevel.all)
    func softmaxExtremes(level: KernelLevel) {
        var scores = [Float](repeating: 0, count: 18 * 18)
        for column in 0..<18 { scores[17 * 18 + column] = column == 9 ? 3e38 : -3e38 }
        scores[16 * 18 + 16] = .nan
        scores[15 * 18 + 2] = .infinity
        for column in 0..<18 { scores[14 * 18 + column] = -.infinity }
        level.kernels.causal_softmax(&scores, 18, 18, 1)
        #expect(scores[17 * 18 + 9] == 1 && scores[17 * 18 + 8] == 0 && scores[17 * 18 + 17] == 0)
        for row in [14, 15, 16] { #expect(scores[row * 18...row * 18 + row].contains { $0.isNaN }, "row \(row)") }
        #expect(scores[..<(14 * 18)].allSatisfy { $0.isFinite })
    }
}
