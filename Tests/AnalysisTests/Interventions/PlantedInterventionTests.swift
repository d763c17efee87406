import Checkpoints
import Foundation
import Kernels
import SmallRuns
import Statistics
import SystemPackage
import Testing

@testable import Analysis
@testable import Models

@Suite("Interventions on neurons that were built by hand")
struct PlantedInterventionTests {
    private static let width = 16, mlp = 24, vocabulary = 61, context = 16
    private static let place = NeuronPlace(layer: 1, neuron: 5)

    /// What fixing the neuron to values does in a model, over random tokens.
    private func effects(
        of model: TinyModel, values: [Float], frozen: [FrozenPart], unigram: UnigramDistribution? = nil
    ) throws -> InterventionSummary {
        try TemporaryFolder.with { path in
            try model.write(to: path)
            let folder = try ModelFolder(FilePath(path.path))
            let question = InterventionQuestion(model: "a", neurons: [Self.place], frozen: frozen) { _ in
                values.map { Intervention(.fixed, value: $0) }
            }
            let pass = try InterventionPass(
                Unembedding(of: TransformerModel(id: "a", folder: folder), folder: folder), conditions: question.conditions,
                unigram: unigram)
            var generator = SeededGenerator(seed: 8)
            let rows = 20
            let tokens = (0..<rows * Self.context).map { _ in Int32.random(in: 0..<Int32(Self.vocabulary), using: &generator) }
            var tally = InterventionTally(question)
            try tally.add(
                try PredictionComputation(pass, measures: question.measures).sums(
                    of: ShardRows(
                        context: Self.context, indices: Array(0..<rows), domains: Array(repeating: 0, count: rows), tokens: tokens)))
            return tally.summary
        }
    }

    @Test("an entropy neuron, which no logit sees, acts through the norm's scale alone")
    func entropyNeuron() throws {
        // Tokens have nothing in the last four numbers of the residual stream, and the neuron writes nowhere else.
        let model = TinyModel { name, values in
            switch name {
            case "wte.weight":
                for place in values.indices where place % Self.width >= 12 { values[place] = 0 }
            case "h.1.mlp.c_proj.weight":
                for d in 0..<Self.width { values[Self.place.neuron * Self.width + d] = d < 12 ? 0 : d % 2 == 0 ? 2 : -2 }
            case "ln_f.bias":
                for place in values.indices { values[place] = 0 }
            default: break
            }
        }
        let found = try effects(of: model, values: [0, 3, 6], frozen: [.nothing, .norm])
        func mean(_ condition: Int, _ measure: PredictionMeasures.Kind) throws -> Double {
            try #require(found.conditions[condition][measure]).mean.value
        }
        for (lower, higher) in [(0, 2), (2, 4)] {
            let scales = (try mean(lower, .scale), try mean(higher, .scale))
            let entropies = (try mean(lower, .entropy), try mean(higher, .entropy))
            #expect(scales.1 > scales.0 + 1 && entropies.1 > entropies.0 + 0.01)
        }
        for condition in [1, 3, 5] {
            let effect = found.conditions[condition]
            #expect(effect.condition.frozen == .norm)
            let (loss, entropy) = (try #require(effect[.loss]?.change), try #require(effect[.entropy]?.change))
            #expect(abs(loss.value) < 1e-5 && abs(entropy.value) < 1e-5)
        }
        // Logits that are all divided by one number keep their order.
        for effect in found.conditions {
            let rank = try #require(effect[.rank]?.change)
            #expect(abs(rank.value) < 0.02)
        }
    }

    @Test("a token-frequency neuron acts along the logarithms of frequencies, and hardly where these are frozen")
    func frequencyNeuron() throws {
        let counts = (0..<Self.vocabulary).map { 1 << ($0 % 8) }
        let logs = counts.map { log(Double($0 + 1)) }
        let mean = logs.reduce(0, +) / Double(logs.count)
        // The first number of the residual stream raises frequent tokens, the second does nothing; the neuron writes to these two.
        let model = TinyModel(.gptNeoX) { name, values in
            switch name {
            case "embed_out.weight":
                for token in 0..<Self.vocabulary {
                    values[token * Self.width] = Float(4 * (logs[token] - mean))
                    values[token * Self.width + 1] = 0
                }
            case "gpt_neox.layers.1.mlp.dense_4h_to_h.weight":
                for d in 0..<Self.width { values[d * Self.mlp + Self.place.neuron] = d == 0 ? 0.3 : d == 1 ? -0.3 : 0 }
            case "gpt_neox.final_layer_norm.weight":
                for place in values.indices { values[place] = 1 }
            default: break
            }
        }
        let found = try effects(
            of: model, values: [4], frozen: [.nothing, .frequency],
            unigram: UnigramDistribution(counts: counts, vocabulary: Self.vocabulary))
        let (normal, frozen) = (try #require(found.conditions[0][.loss]?.change), try #require(found.conditions[1][.loss]?.change))
        #expect(abs(normal.value) > 0.3 && abs(frozen.value) < 0.15 * abs(normal.value), "\(normal) \(frozen)")
        let divergences = found.conditions.compactMap { $0[.divergence]?.change?.value }
        #expect(divergences.count == 2 && abs(divergences[1]) < 0.3 * abs(divergences[0]), "\(divergences)")
    }
}
