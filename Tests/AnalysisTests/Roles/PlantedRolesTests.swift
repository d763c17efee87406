import Checkpoints
import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models

/// A model with one prediction, one suppression and one partition neuron that were made by hand.
@Suite("Planted roles")
struct PlantedRolesTests {
    private static let width = 48, mlp = 24, vocabulary = 400
    private static let sets = PlantedTokenSets(vocabulary: vocabulary, width: width)
    /// Tokens that the first neuron raises, and those that the second one lowers.
    private static let (raised, lowered) = (sets.first, sets.second)

    /// No neuron writes to the dimensions that are set apart but the planted ones: in layer 0 number 5, in layer 1 numbers 9 and 20.
    private static func write(_ layer: Int, at place: (_ neuron: Int, _ d: Int) -> Int, _ values: inout [Float]) {
        for neuron in 0..<mlp { for d in 0..<6 { values[place(neuron, d)] = 0 } }
        for (neuron, first, sign) in layer == 0 ? [(5, 4, Float(1))] : [(9, 0, 1), (20, 2, -1)] {
            for d in 0..<width { values[place(neuron, d)] = 0 }
            values[place(neuron, first)] = sign
            values[place(neuron, first + 1)] = -sign
        }
    }

    private static func model(_ architecture: TinyModel.Architecture) -> TinyModel {
        TinyModel(architecture, layers: 2, width: width, heads: 2, mlp: mlp, vocabulary: vocabulary, seed: 11) { name, values in
            for layer in 0..<2 {
                if name == "h.\(layer).mlp.c_proj.weight" { write(layer, at: { $0 * width + $1 }, &values) }
                if name == "gpt_neox.layers.\(layer).mlp.dense_4h_to_h.weight" { write(layer, at: { $1 * mlp + $0 }, &values) }
            }
            if name == "wte.weight" || name == "embed_out.weight" { sets.embed(&values) }
        }
    }

    private static let features: FeatureTable = {
        let holds: [(Int) -> Bool] = [{ $0 % 7 == 0 }, raised.contains, lowered.contains, { $0 % 2 == 0 }]
        let bits = (0..<vocabulary).map { token in
            holds.enumerated().reduce(UInt8(0)) { $0 | ($1.element(token) ? 1 << UInt8($1.offset) : 0) }
        }
        let columns = ["seventh", "raised", "lowered", "even"].map { FeatureColumn(name: $0, family: .syntax) }
        return FeatureTable(vocabularySize: vocabulary, columns: columns, bits: bits)
    }()

    @Test(
        "are found and named, with their tokens and the features of these, and no other neuron is",
        arguments: [TinyModel.Architecture.gpt2, .gptNeoX])
    func found(architecture: TinyModel.Architecture) throws {
        try TemporaryFolder.with { url in
            try Self.model(architecture).write(to: url)
            let weights = ProcessedWeights(try ModelFolder(FilePath(url.path)))
            let findings = try WeightAnalysis(weights, features: Self.features, team: ThreadTeam(count: 2)).run()
            try #require(findings.roles.map { [$0.layer, $0.neuron] } == [[0, 5], [1, 9], [1, 20]])
            #expect(findings.roles.map(\.role) == [.partition, .prediction, .suppression])
            #expect(findings.roleOfNeuron?.compactMap(\.self) == [.partition, .prediction, .suppression])
            #expect(findings.roleOfNeuron?[Self.mlp + 9] == .prediction)
            let (partition, prediction, suppression) = (findings.roles[0], findings.roles[1], findings.roles[2])
            #expect(Set(prediction.promoted.prefix(6).map(\.id)) == Set(Self.raised))
            #expect(prediction.promoted[5].cosine > 0.9 && prediction.promoted[6].cosine < 0.5)
            #expect(Set(suppression.suppressed.prefix(6).map(\.id)) == Set(Self.lowered))
            #expect(suppression.suppressed[5].cosine < -0.9)
            #expect(partition.promoted.allSatisfy { $0.id % 2 == 0 } && partition.suppressed.allSatisfy { $0.id % 2 == 1 })
            #expect(prediction.ranking.first == 1 && suppression.ranking.first == 2 && partition.ranking.first == 3)
            let contrast = try #require(prediction.contrasts[1])
            #expect(contrast.difference > 0.8 && contrast.reduction > 0.8 && contrast.t > 10)
            #expect((suppression.contrasts[2]?.difference ?? 0) < -0.8 && (partition.contrasts[3]?.difference ?? 0) > 1)
            // With the threshold of the paper's model a random direction of 48 dimensions is wide enough, and its shape is not asked for.
            let literal = try WeightAnalysis(weights, thresholds: .paper, team: ThreadTeam(count: 1)).run()
            #expect(literal.roles.count == 2 * Self.mlp && literal.roles.allSatisfy { $0.contrasts.isEmpty })
        }
    }

    @Test("the tables name them: a CSV with tokens as JSON lists, and an archive with every feature")
    func files() throws {
        try TemporaryFolder.with { url in
            try Self.model(.gpt2).write(to: url)
            let folder = FilePath(url.path)
            let weights = ProcessedWeights(try ModelFolder(folder))
            let findings = try WeightAnalysis(weights, features: Self.features, team: ThreadTeam(count: 2)).run()
            let table = RoleTable(
                findings.roles, features: Self.features.columns, isUniversal: { $0.neuron == 9 },
                text: { $0 == 7 ? "a \"b\", c" : "t\($0)" })
            try table.write(to: folder.appending("roles.csv"))
            let lines = try String(contentsOf: url.appendingPathComponent("roles.csv"), encoding: .utf8).split(separator: "\n")
            #expect(
                lines.count == 4 && lines[0].hasPrefix("layer,neuron,role,universal,vocab_mean,vocab_var,vocab_skew,vocab_kurt,feature,"))
            #expect(
                lines[1].hasPrefix("0,5,partition,0,") && lines[2].hasPrefix("1,9,prediction,1,")
                    && lines[3].hasPrefix("1,20,suppression,0,"))
            #expect(lines[2].contains(",raised,") && lines[2].contains("\"\"a \\\"\"b\\\"\", c\"\"") && lines[2].contains("\"\"t399\"\""))
            try RoleTable(findings.roles, features: Self.features.columns, isUniversal: { _ in false }, text: nil)
                .write(to: folder.appending("ids.csv"))
            let ids = try String(contentsOf: url.appendingPathComponent("ids.csv"), encoding: .utf8).split(separator: "\n")
            #expect(ids[2].contains("\"[") && !ids[2].contains("t399"))
            try RoleArchive.write(findings.roles, features: 4, to: folder.appending("roles.npz"))
            let arrays = try NumpyArchive.read(folder.appending("roles.npz"))
            #expect(arrays["reduction"]?.shape == [3, 4] && arrays["t"]?.dtype == .float64)
            #expect(try arrays["layer"]?.values(as: Int32.self) == [0, 1, 1])
            #expect(try arrays["difference"]?.values(as: Double.self)[4 + 1] == findings.roles[1].contrasts[1]?.difference)
        }
    }
}
