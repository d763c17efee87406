import Foundation
import Kernels
import Models
import Statistics
import SystemPackage
import Testing

@testable import Analysis

@Suite("Families of the neurons of models beside the reference")
struct ModelExplanationsTests {
    private let columns: [FeatureColumn] = [
        FeatureColumn(name: "letter a", family: .alphabet), FeatureColumn(name: "contains ,", family: .syntax),
        FeatureColumn(name: "position below 4", family: .position), FeatureColumn(name: "domain Code", family: .semantic),
    ]

    private func statistics(seed: UInt64 = 3, tokens: Int = 300) -> DenseFeatureStatistics {
        var state = seed
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(1 << 53)
        }
        let features = columns.indices.map { feature in (0..<tokens).map { _ in uniform() < 0.1 * Double(feature + 1) ? 1.0 : 0.0 } }
        let layers = (0..<3).map { layer in
            (0..<6).map { neuron in features[(neuron + layer) % columns.count].map { $0 * 0.3 * Double(neuron) + uniform() - 0.5 } }
        }
        // Each neuron two places further in its layer, and the layers turned round.
        return DenseFeatureStatistics(
            layers: layers, others: layers.reversed().map { Array($0.suffix(2) + $0.dropLast(2)) }, features: features)
    }

    @Test("are those of a model's copy at the places where its neurons stand")
    func copy() throws {
        let statistics = statistics()
        let a = try FeatureExplanations(statistics: statistics, bank: columns, team: ThreadTeam(count: 2))
        let named = try FeatureExplanations(statistics: statistics, of: "a", bank: columns, team: ThreadTeam(count: 2))
        let b = try FeatureExplanations(statistics: statistics, of: "b", bank: columns, team: ThreadTeam(count: 3))
        #expect(b.neurons.count == 18 && b.neurons.map(\.layer) == a.neurons.map(\.layer))
        for (found, index) in zip(b.neurons, b.neurons.indices) {
            let place = (2 - index / 6) * 6 + (index % 6 + 4) % 6
            let original = a.neurons[place]
            #expect(found.layer == index / 6 && found.neuron == index % 6)
            #expect(found.best == original.best && found.second == original.second && found.family == original.family)
            #expect(found.familyScores.isEmpty && original.familyScores.count == 4)
            #expect(named.neurons[place].best == original.best && named.neurons[place].familyScores.isEmpty)
        }
        #expect(Set(b.neurons.compactMap(\.family)).count == 4)
        for (found, original) in zip(b.bestNeurons, a.bestNeurons) {
            let (found, original) = (try #require(found), try #require(original))
            #expect(found.correlation == original.correlation)
            #expect(found.layer == 2 - original.layer && found.neuron == (original.neuron + 2) % 6)
        }
    }

    @Test("have the same bits on any number of threads")
    func threads() throws {
        let statistics = statistics()
        func encoded(_ threads: Int) throws -> Data {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return try encoder.encode(
                ModelExplanations(
                    model: "b",
                    explanations: FeatureExplanations(statistics: statistics, of: "b", bank: columns, team: ThreadTeam(count: threads))))
        }
        let one = try encoded(1)
        #expect(try encoded(2) == one && encoded(5) == one)
    }

    @Test("are refused of a model that there is not, and of the feature bank itself")
    func missing() throws {
        let (with, without) = (statistics(), DenseFeatureStatistics(layers: [[[1, 2, 3]]], features: [[0, 1, 0]]))
        for (statistics, model) in [(with, "c"), (with, FeatureBank.sourceID), (without, "b")] {
            let error = #expect(throws: AnalysisError.self) {
                try FeatureExplanations(statistics: statistics, of: model, bank: columns, team: ThreadTeam(count: 1))
            }
            guard case .unknownModel(model, _) = error else {
                Issue.record("\(model): \(String(describing: error))")
                continue
            }
        }
    }

    @Test("stand in a table of the model, and beside the reference's in the table of features")
    func tables() throws {
        let correlations: [Float] = [0.5, -0.75, 0, 0, 0.125, 0, 0.0625, 0, 0, 0, 0, 0]
        let neurons = FeatureScan(columns: columns, keepsFamilyScores: false).explanations(layer: 1, correlations: correlations, neurons: 3)
        let best = [FeatureNeuron(layer: 1, neuron: 0, correlation: 0.5), nil, nil, nil]
        let other = try decoded(Explained(features: columns, neurons: neurons, bestNeurons: best))
        let folder = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("families-\(UUID().uuidString)").path)
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let table = folder.appending("b.csv")
        try FamilyTable(other, additions: [("name", .texts(["1.r0", "1.r1", "1.r2"]))]).write(to: table)
        let expected = """
            layer,neuron,family,explanation,explanation_score,explanation_corr,second_explanation,second_explanation_corr,name
            1,0,syntax,"contains ,",0.5625,-0.75,letter a,0.5,1.r0
            1,1,,,0.015625,0.125,,0.0625,1.r1
            1,2,,,,,,,1.r2

            """
        #expect(try String(contentsOfFile: table.string, encoding: .utf8) == expected)
        #expect(throws: AnalysisError.self) { try FamilyTable(other, additions: [("name", .texts(["1.r0"]))]) }

        let reference = try decoded(
            Explained(features: columns, neurons: [], bestNeurons: [FeatureNeuron(layer: 0, neuron: 7, correlation: 0.25), nil, nil, nil]))
        let features = folder.appending("features.csv")
        let others = [ModelExplanations(model: "b", explanations: other)]
        try FeatureNeuronTable(reference, vocabularyTokens: [4, 12, nil, nil], others: others) { _ in true }.write(to: features)
        let lines = try String(contentsOfFile: features.string, encoding: .utf8).split(separator: "\n")
        #expect(lines[0] == "feature,family,vocabulary_tokens,layer,neuron,corr,score,universal,b_layer,b_neuron,b_corr")
        #expect(lines[1] == "letter a,alphabet,4,0,7,0.25,0.0625,1,1,0,0.5" && lines[2] == #""contains ,",syntax,12,,,,,,,,"#)
        let few = try decoded(Explained(features: columns, neurons: [], bestNeurons: [nil]))
        #expect(throws: AnalysisError.self) {
            try FeatureNeuronTable(
                reference, vocabularyTokens: [4, 12, nil, nil], others: [ModelExplanations(model: "b", explanations: few)]
            ) { _ in true }
        }
    }

    /// What findings keep of explanations.
    private struct Explained: Encodable {
        let features: [FeatureColumn]
        let neurons: [NeuronExplanation]
        let bestNeurons: [FeatureNeuron?]
    }

    private func decoded(_ explained: Explained) throws -> FeatureExplanations {
        try JSONDecoder().decode(FeatureExplanations.self, from: JSONEncoder().encode(explained))
    }
}
