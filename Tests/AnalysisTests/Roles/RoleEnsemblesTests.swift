import Checkpoints
import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models

@Suite("Ensembles of prediction and suppression neurons")
struct RoleEnsemblesTests {
    private static let width = 48, mlp = 24, vocabulary = 400
    private static let sets = PlantedTokenSets(vocabulary: vocabulary, width: width)
    /// Neurons that were made by hand: what they do to which set, and how much of random directions is left beside it. 0.5 and 1.9 raise the
    /// first one, which 1.20 lowers; 0.7 and 1.21 lower the second one.
    private static let planted: [(layer: Int, neuron: Int, dimension: Int, sign: Float, rest: Float)] = [
        (0, 5, 0, 1, 0.25), (0, 7, 2, -1, 0), (1, 9, 0, 1, 0), (1, 20, 0, -1, 0), (1, 21, 2, -1, 0.25),
    ]

    private static var model: TinyModel {
        TinyModel(layers: 2, width: width, mlp: mlp, vocabulary: vocabulary, seed: 11) { name, values in
            if name == "wte.weight" { sets.embed(&values) }
            for layer in 0..<2 where name == "h.\(layer).mlp.c_proj.weight" {
                for neuron in 0..<mlp { for d in 0..<6 { values[neuron * width + d] = 0 } }
                for plant in planted where plant.layer == layer {
                    let row = plant.neuron * width
                    for d in 6..<width { values[row + d] *= plant.rest }
                    values[row + plant.dimension] = plant.sign
                    values[row + plant.dimension + 1] = -plant.sign
                }
            }
        }
    }

    private func findings(
        _ model: TinyModel, thresholds: RoleThresholds? = nil, threads: Int = 2, in url: URL
    ) throws -> (weights: ProcessedWeights, findings: WeightFindings) {
        try model.write(to: url)
        let weights = ProcessedWeights(try ModelFolder(FilePath(url.path)))
        return (weights, try WeightAnalysis(weights, thresholds: thresholds, team: ThreadTeam(count: threads)).run { _ in })
    }

    @Test("planted ones are found: who takes back what others raise, who does the same, and which neurons hang together")
    func planted() throws {
        try TemporaryFolder.with { url in
            let ensembles = try #require(try findings(Self.model, in: url).findings.ensembles)
            let neurons = ensembles.neurons
            try #require(neurons.map { [$0.layer, $0.neuron] } == Self.planted.map { [$0.layer, $0.neuron] })
            #expect(neurons.map(\.role) == [.prediction, .suppression, .prediction, .suppression, .suppression])
            #expect(neurons.map(\.ensemble) == [1, 2, 1, 1, 2])
            func expect(_ partner: EnsembleNeuron.Partner?, _ layer: Int, _ neuron: Int, _ cosines: ClosedRange<Float>) throws {
                let found = try #require(partner)
                #expect(found.layer == layer && found.neuron == neuron && cosines.contains(found.cosine), "\(found)")
            }
            // What 1.20 lowers, 1.9 raises, and 0.5 all but raises.
            try expect(neurons[3].opposed, 1, 9, -1.001 ... -0.999)
            try expect(neurons[2].opposed, 1, 20, -1.001 ... -0.999)
            try expect(neurons[0].opposed, 1, 20, -0.999 ... -0.9)
            try expect(neurons[0].allied, 1, 9, 0.9...0.999)
            try expect(neurons[2].allied, 0, 5, 0.9...0.999)
            try expect(neurons[1].allied, 1, 21, 0.9...0.999)
            try expect(neurons[4].allied, 0, 7, 0.9...0.999)
            // Nobody raises what these two lower.
            for index in [1, 4] { #expect(abs(neurons[index].opposed?.cosine ?? 1) < 0.1) }

            let file = FilePath(url.path).appending("ensembles.csv")
            try EnsembleTable(ensembles) { $0.neuron == 9 }.write(to: file)
            let lines = try String(contentsOfFile: file.string, encoding: .utf8).split(separator: "\n")
            #expect(
                lines[0] == """
                    layer,neuron,role,universal,opposed_cos,opposed_layer,opposed_neuron,allied_cos,allied_layer,allied_neuron,ensemble,\
                    ensemble_prediction,ensemble_suppression
                    """)
            #expect(lines.count == 6 && lines[3].hasPrefix("1,9,prediction,1,-") && lines[3].hasSuffix(",0,5,1,2,1"))
            #expect(lines[4].hasPrefix("1,20,suppression,0,-") && lines[5].hasSuffix(",0,7,2,0,2"))
        }
    }

    @Test("cosines are those of the effects on all tokens, and ensembles what they connect, by plain loops, on any number of threads")
    func plainLoops() throws {
        try TemporaryFolder.with { url in
            // Enough neurons for two panels, of which all have one of the two roles.
            let model = TinyModel(layers: 2, width: 12, mlp: 150, vocabulary: 61, seed: 4)
            let thresholds = RoleThresholds(kurtosis: 0, variance: 1, bimodality: 1)
            let (weights, findings) = try findings(model, thresholds: thresholds, threads: 1, in: url)
            let found = try #require(findings.ensembles).neurons
            try #require(found.count == 300)
            let three = try self.findings(model, thresholds: thresholds, threads: 3, in: url).findings
            #expect(three.ensembles?.neurons == found)

            let tokens = try weights.unembedding(team: ThreadTeam(count: 1)).matrix
            func scaled(_ row: UnsafePointer<Float>, _ count: Int) -> [Double] {
                let values = (0..<count).map { Double(row[$0]) }
                let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
                return values.map { $0 / length }
            }
            let columns = (0..<61).map { scaled(tokens.pointer + $0 * 12, 12) }
            func product(_ one: [Double], _ other: [Double]) -> Double { zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } }
            let effects = try (0..<2).flatMap { layer in
                let output = try weights.mlp(ofLayer: layer).output
                return (0..<150).map { neuron in
                    let own = scaled(output.pointer + neuron * 12, 12)
                    let effect = columns.map { product($0, own) }
                    let length = product(effect, effect).squareRoot()
                    return effect.map { $0 / length }
                }
            }
            var groups = Array(0..<300)
            for (one, neuron) in found.enumerated() {
                let cosines = effects.map { product(effects[one], $0) }
                var (smallest, largest) = (Double.infinity, -Double.infinity)
                for (other, cosine) in cosines.enumerated() where other != one {
                    if found[other].role == neuron.role { largest = max(largest, cosine) } else { smallest = min(smallest, cosine) }
                    if abs(cosine) >= 0.5, groups[one] != groups[other] {
                        let (kept, gone) = (min(groups[one], groups[other]), max(groups[one], groups[other]))
                        for place in groups.indices where groups[place] == gone { groups[place] = kept }
                    }
                }
                let (opposed, allied) = (try #require(neuron.opposed), try #require(neuron.allied))
                #expect(abs(Double(opposed.cosine) - smallest) < 1e-5 && abs(Double(allied.cosine) - largest) < 1e-5)
                #expect(abs(cosines[opposed.layer * 150 + opposed.neuron] - smallest) < 1e-5)
                #expect(abs(cosines[allied.layer * 150 + allied.neuron] - largest) < 1e-5)
            }
            let numbers = Dictionary(grouping: groups, by: \.self).filter { $0.value.count > 1 }.keys.sorted()
            #expect(found.map(\.ensemble) == groups.map { group in numbers.firstIndex(of: group).map { $0 + 1 } })
        }
    }

    @Test("a model without such neurons has none, and one without unembedding has no such table")
    func none() throws {
        try TemporaryFolder.with { url in
            let (_, findings) = try findings(TinyModel(width: 24, vocabulary: 61), in: url)
            #expect(findings.roles.allSatisfy { $0.role == .partition } && findings.ensembles?.neurons.isEmpty == true)
        }
        let weights = ProcessedWeights(try ModelFolder(WeightFixture.root.appending("GPTNeoX/plain-names")))
        #expect(try WeightAnalysis(weights, team: ThreadTeam(count: 1)).run { _ in }.ensembles == nil)
    }
}
