import Foundation
import Kernels
import Models
import Statistics
import SystemPackage
import Testing

@testable import Analysis

@Suite("Families by best-explaining feature")
struct FeatureExplanationsTests {
    private let columns: [FeatureColumn] = [
        FeatureColumn(name: "letter a", family: .alphabet), FeatureColumn(name: "unigram the", family: .unigram),
        FeatureColumn(name: "contains digit", family: .syntax), FeatureColumn(name: "previous: contains digit", family: .previousToken),
        FeatureColumn(name: "position below 4", family: .position), FeatureColumn(name: "domain Code", family: .semantic),
    ]

    /// Reduction of variance as the paper writes it.
    private func reductionOfVariance(_ x: [Double], _ feature: [Double]) -> Double {
        let with = zip(x, feature).filter { $0.1 == 1 }.map(\.0)
        let without = zip(x, feature).filter { $0.1 == 0 }.map(\.0)
        guard variance(x) > 0, !with.isEmpty, !without.isEmpty else { return 0 }
        let p = Double(with.count) / Double(x.count)
        return (variance(x) - (p * variance(with) + (1 - p) * variance(without))) / variance(x)
    }

    private struct Sample {
        let features: [[Double]]
        let layers: [[[Double]]]
    }

    private func sample(seed: UInt64, tokens: Int = 400) -> Sample {
        var state = seed
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(1 << 53)
        }
        let features = columns.indices.map { feature in (0..<tokens).map { _ in uniform() < 0.05 * Double(feature + 1) ? 1.0 : 0.0 } }
        let layers = (0..<3).map { layer in
            (0..<8).map { neuron in
                let feature = features[(neuron + layer) % columns.count]
                let strength = Double(neuron) * (neuron % 2 == 0 ? 0.4 : -0.4)
                return feature.map { $0 * strength + uniform() - 0.5 }
            }
        }
        return Sample(features: features, layers: layers)
    }

    @Test("the score is the share of variance that the feature explains", arguments: [1, 2, 3] as [UInt64])
    func scoreIsReductionOfVariance(seed: UInt64) throws {
        let sample = sample(seed: seed)
        let explanations = try FeatureExplanations(
            statistics: DenseFeatureStatistics(layers: sample.layers, features: sample.features), bank: columns, team: ThreadTeam(count: 2))
        #expect(explanations.neurons.count == 24)
        for explanation in explanations.neurons {
            let x = sample.layers[explanation.layer][explanation.neuron]
            let scores = sample.features.map { reductionOfVariance(x, $0) }
            let ranked = scores.indices.sorted { scores[$0] > scores[$1] }
            let best = try #require(explanation.best)
            let second = try #require(explanation.second)
            #expect(best.feature == ranked[0] && second.feature == ranked[1])
            #expect(abs(best.score - scores[ranked[0]]) < 1e-6)
            #expect(abs(second.score - scores[ranked[1]]) < 1e-6)
            #expect(explanation.family == (scores[ranked[0]] < 0.05 ? nil : columns[ranked[0]].family))
            for (feature, column) in columns.enumerated() {
                #expect(abs((explanation.familyScores[column.family] ?? -1) - scores[feature]) < 1e-6)
            }
            let holding = zip(x, sample.features[best.feature]).filter { $0.1 == 1 }.map(\.0)
            #expect(best.isNegative == (mean(holding) < mean(x)))
        }
    }

    @Test("each feature has the neuron that it explains best, in any layer")
    func bestNeurons() throws {
        let sample = sample(seed: 9)
        let explanations = try FeatureExplanations(
            statistics: DenseFeatureStatistics(layers: sample.layers, features: sample.features), bank: columns, team: ThreadTeam(count: 3))
        for (feature, best) in explanations.bestNeurons.enumerated() {
            let best = try #require(best)
            let scores = sample.layers.map { $0.map { reductionOfVariance($0, sample.features[feature]) } }
            let highest = scores.joined().max() ?? 0
            #expect(abs(best.score - highest) < 1e-6)
            #expect(abs(scores[best.layer][best.neuron] - highest) < 1e-6)
        }
        #expect(explanations.alphabet.map(\.feature.name) == ["letter a"])
    }

    @Test("the table has a row for each feature, with its neuron where there is one")
    func table() throws {
        let features = [
            FeatureColumn(name: "contains ,", family: .syntax), FeatureColumn(name: "letter a", family: .alphabet),
            FeatureColumn(name: "position below 4", family: .position),
        ]
        let found = try JSONDecoder().decode(
            FeatureExplanations.self,
            from: JSONEncoder().encode(
                Explained(
                    features: features,
                    bestNeurons: [
                        FeatureNeuron(layer: 1, neuron: 20, correlation: -0.5), FeatureNeuron(layer: 0, neuron: 7, correlation: 0.75), nil,
                    ])))
        let path = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("features-\(UUID().uuidString).csv").path)
        defer { try? FileManager.default.removeItem(atPath: path.string) }
        try FeatureNeuronTable(found, vocabularyTokens: [12, 4, nil]) { $0.layer == 0 }.write(to: path)
        let expected = """
            feature,family,vocabulary_tokens,layer,neuron,corr,score,universal
            "contains ,",syntax,12,1,20,-0.5,0.25,0
            letter a,alphabet,4,0,7,0.75,0.5625,1
            position below 4,position,,,,,,

            """
        #expect(try String(contentsOfFile: path.string, encoding: .utf8) == expected)
        #expect(throws: AnalysisError.self) {
            try FeatureNeuronTable(found, vocabularyTokens: [12, 4]) { _ in true }
        }
    }

    /// What findings keep of explanations.
    private struct Explained: Encodable {
        let features: [FeatureColumn]
        var neurons: [NeuronExplanation] = []
        let bestNeurons: [FeatureNeuron?]
    }

    @Test("a neuron without variance is unexplained, a feature without variance explains nothing")
    func noVariance() throws {
        var sample = sample(seed: 4)
        var layers = sample.layers
        layers[1][3] = Array(repeating: 2, count: 400)
        sample = Sample(features: [Array(repeating: 0, count: 400)] + sample.features.dropFirst(), layers: layers)
        let explanations = try FeatureExplanations(
            statistics: DenseFeatureStatistics(layers: sample.layers, features: sample.features), bank: columns, team: ThreadTeam(count: 1))
        let silent = try #require(explanations.neurons.first { $0.layer == 1 && $0.neuron == 3 })
        #expect(silent.best == nil && silent.second == nil && silent.family == nil)
        #expect(explanations.explanation(of: silent) == nil && explanations.secondExplanation(of: silent) == nil)
        for neuron in explanations.neurons {
            let second = neuron.family == nil ? nil : neuron.second.map { columns[$0.feature].name }
            #expect(explanations.secondExplanation(of: neuron) == second)
        }
        #expect(explanations.bestNeurons[0] == nil)
        #expect(explanations.neurons.allSatisfy { $0.best?.feature != 0 })
    }

    @Test("of equal scores the first feature wins, with either sign")
    func ties() {
        let scan = FeatureScan(columns: columns)
        let correlations: [Float] = [0, -0.6, 0.6, 0.3, 0.6, -0.3]
        let explanation = scan.explanations(layer: 2, correlations: correlations, neurons: 1)[0]
        #expect(explanation.best == FeatureScore(feature: 1, correlation: -0.6))
        #expect(explanation.second == FeatureScore(feature: 2, correlation: 0.6))
        #expect(explanation.family == .unigram)
    }

    @Test("a bank that is not the one of the statistics is refused, and so are statistics without features")
    func mismatch() throws {
        let sample = sample(seed: 5)
        let statistics = DenseFeatureStatistics(layers: sample.layers, features: sample.features)
        #expect(throws: AnalysisError.self) {
            try FeatureExplanations(statistics: statistics, bank: Array(columns.dropLast()), team: ThreadTeam(count: 1))
        }
    }

    @Test("families are counted among all neurons and among the universal ones")
    func summary() throws {
        func explanation(_ correlation: Float, _ feature: Int) -> NeuronExplanation {
            var row = [Float](repeating: 0, count: columns.count)
            row[feature] = correlation
            return FeatureScan(columns: columns).explanations(layer: 0, correlations: row, neurons: 1)[0]
        }
        let explanations = [
            explanation(0.9, 0), explanation(-0.8, 0), explanation(0.3, 0), explanation(0.2, 2), explanation(0, 2), explanation(0.5, 5),
        ]
        let summary = try FamilySummary(explanations, isUniversal: [true, false, true, true, false, false])
        let alphabet = summary.count(of: .alphabet)
        #expect(alphabet.neurons == 3 && alphabet.universal == 2 && alphabet.wellExplained == 2 && alphabet.wellExplainedUniversal == 1)
        #expect(summary.count(of: .semantic).neurons == 1)
        #expect(summary.count(of: .syntax).neurons == 0)
        #expect(summary.count(of: nil).neurons == 2 && summary.count(of: nil).universal == 1)
        #expect(summary.counts.map(\.family) == FeatureFamily.allCases + [nil])
        #expect(summary.counts.reduce(0) { $0 + $1.neurons } == explanations.count)
        #expect(throws: AnalysisError.self) { try FamilySummary(explanations, isUniversal: [true]) }
    }
}
