import Foundation
import Kernels
import Statistics
import Testing

@testable import Models

@Suite("Pre-activations on the way of a forward pass")
struct PreActivationTests {
    init() { OpenBLAS.useOneThread() }

    @Test(
        "are shown once, in order, before their activations, which keep their bits; the nonlinearity of them is what transformers gives",
        arguments: ["GPT2/crfm", "GPT2/gelu-erf-float16", "GPT2/relu-bfloat16", "GPT2/long-rows", "GPT2/odd-shapes", "GPTNeoX/pythia"])
    func shown(name: String) throws {
        let fixture = try Fixture(name)
        let model = try TransformerModel(id: "a", folder: fixture.folder)
        let plain = try model.allActivations(of: fixture.tokens, context: fixture.context)
        let (context, width) = (fixture.context, model.shape.mlpWidth)
        let workspace = try model.makeWorkspace(context: context)
        var shown = (0..<model.loadedLayers).map { _ in [Float]() }
        var delivered = shown
        for row in 0..<fixture.rows {
            try fixture.tokens.withUnsafeBufferPointer { all in
                let tokens = UnsafeBufferPointer(rebasing: all[row * context..<(row + 1) * context])
                var next = 0
                try model.activations(
                    of: TokenRow(index: row, domain: 0, tokens: tokens), through: model.loadedLayers - 1, workspace: workspace,
                    observe: { band in
                        #expect(band.positions.lowerBound == next && delivered[band.layer].count == row * context * width)
                        next = band.positions.upperBound % context
                        for place in 0..<band.positions.count * width {
                            shown[band.layer].append(band.products[place] + band.bias[place % width])
                        }
                    },
                    deliver: { layer, values in
                        delivered[layer] += Array(UnsafeBufferPointer(start: values, count: context * width))
                    })
                #expect(next == 0)
            }
        }
        for layer in delivered.indices {
            #expect(zip(delivered[layer], plain[layer]).allSatisfy { $0.bitPattern == $1.bitPattern })
            let largest = fixture.expected[layer].map(abs).max() ?? 0
            let activation = fixture.folder.configuration.activation
            let bent = shown[layer].map { value -> Float in
                let x = Double(value)
                return switch activation {
                case .geluTanh: Float(x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))))
                case .geluErf: Float(x / 2 * erfc(-x / 2.0.squareRoot()))
                case .relu: Float(max(x, 0))
                }
            }
            #expect(bent.count == fixture.expected[layer].count)
            #expect((zip(bent, fixture.expected[layer]).map { abs($0 - $1) }.max() ?? .infinity) <= 2e-5 * largest)
        }
    }
}
