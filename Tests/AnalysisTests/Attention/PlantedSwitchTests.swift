import Checkpoints
import Foundation
import Kernels
import SmallRuns
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models

/// A model in which one neuron was made a switch by hand: active at one token, it writes along the direction that turns one head's queries
/// towards the key of the first token.
@Suite("A planted attention switch")
struct PlantedSwitchTests {
    private static let width = 64, mlp = 32, switched = 7

    /// The model, in which neuron 0.5 writes `output`.
    private static func model(_ output: [Float]) -> TinyModel {
        var embedding: [Float] = []
        return TinyModel(.gpt2, layers: 3, width: width, heads: 2, mlp: mlp, seed: 5) { name, values in
            switch name {
            case "wte.weight":
                let row = Array(values[switched * width..<(switched + 1) * width])
                let mean = row.reduce(0, +) / Float(width)
                let norm = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
                embedding = row.map { ($0 - mean) / norm }
            // The neuron reads the token as it is, not what the heads of its layer make of it.
            case "h.0.attn.c_proj.weight": for index in values.indices { values[index] = 0 }
            case "h.0.mlp.c_fc.weight": for d in 0..<width { values[d * mlp + 5] = 2 * embedding[d] }
            // Off, unless the token is the one: the first token of a row is another.
            case "h.0.mlp.c_fc.bias": values[5] = -8
            case "h.0.mlp.c_proj.weight": for d in 0..<width { values[5 * width + d] = output[d] }
            default: break
            }
        }
    }

    /// Writes the model with the switch for a head, `sign` telling off from on.
    private static func plant(_ sign: Float, at url: URL) throws -> ModelFolder {
        try model(Array(repeating: 0, count: width)).write(to: url)
        let weights = ProcessedWeights(try ModelFolder(FilePath(url.path)))
        let directions = try HeadDirections(weights, keys: try BeginningKeys(weights, token: 0))
        let (place, norm) = (2 * 2 + 1, directions.norms[2 * 2 + 1])
        try model((0..<width).map { sign * 4 * directions.values.pointer[place * width + $0] / Float(norm) }).write(to: url)
        return try ModelFolder(FilePath(url.path))
    }

    @Test("is found, its effect is told, and no other neuron is a switch", arguments: [Float(1), -1])
    func found(sign: Float) throws {
        try TemporaryFolder.with { url in
            let folder = try Self.plant(sign, at: url)
            let findings = try AttentionAnalysis(ProcessedWeights(folder), token: 0, team: ThreadTeam(count: 2)).run()
            #expect(findings.switches == 1)
            let switches = findings.ranking.filter { $0.effect != nil }
            #expect(switches.map(\.pair) == [NeuronHead(layer: 0, neuron: 5, headLayer: 2, head: 1)])
            #expect(switches.first?.effect == (sign > 0 ? .deactivation : .activation))
            #expect(abs((switches.first?.cosine ?? 0) - Double(sign)) < 0.01)
        }
    }

    @Test("the key of the vocabulary's first token is its own, though nothing else holds the matrix that it is read from")
    func firstToken() throws {
        let width = 64
        let model = TinyModel(layers: 1, width: width, vocabulary: 3_000) { name, values in
            switch name {
            // The norm leaves 1 and −1 of it, and a key is what it reads.
            case "wte.weight": for d in 0..<width { values[d] = d % 2 == 0 ? 2 : -2 }
            case "h.0.ln_1.weight": for d in 0..<width { values[d] = 1 }
            case "wpe.weight", "h.0.ln_1.bias", "h.0.attn.c_attn.bias": for place in values.indices { values[place] = 0 }
            case "h.0.attn.c_attn.weight":
                for place in values.indices { values[place] = place % (3 * width) == width + place / (3 * width) ? 1 : 0 }
            default: break
            }
        }
        try TemporaryFolder.with { url in
            try model.write(to: url)
            let keys = try BeginningKeys(ProcessedWeights(try ModelFolder(FilePath(url.path))), token: 0)
            #expect(keys.values.enumerated().allSatisfy { abs($0.element - ($0.offset % 2 == 0 ? 1 : -1)) < 1e-4 })
        }
    }

    @Test("without its path to the head, the head attends less to the first token where the neuron is active")
    func ablated() throws {
        try TemporaryFolder.with { url in
            let folder = try Self.plant(1, at: url)
            let pair = NeuronHead(layer: 0, neuron: 5, headLayer: 2, head: 1)
            let ablation = try PathAblation([pair], from: 4, model: folder)
            let workspace = try ablation.makeWorkspace(context: 16)
            var (samples, generator) = (PathSamples(), SeededFloats(seed: 3))
            for row in 0..<32 {
                let tokens = [0] + (1..<16).map { _ in generator.next() > 0.6 ? 7 : Int32(generator.nextBits() % 60) + 1 }
                samples.append(
                    try tokens.withUnsafeBufferPointer {
                        try ablation.samples(of: TokenRow(index: row, domain: 0, tokens: $0), workspace: workspace)[0]
                    })
            }
            let finding = PathAblationFinding(pair, samples)
            #expect(finding.samples == 32 * 12 && finding.activation > 0.1)
            #expect(finding.attentionChange.mean < -0.01)
            #expect((finding.attentionChange.pearson ?? 0) < -0.5 && (finding.attentionChange.spearman ?? 0) < -0.3)
        }
    }
}
