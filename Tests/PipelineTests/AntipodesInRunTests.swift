import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models
@testable import Pipeline
@testable import Statistics

@Suite("Antipodes and duplicates, in a run's results")
struct AntipodesInRunTests {
    /// A run of two models in whose first layer neuron 9 is neuron 4 once more.
    private func computed() throws -> PlantedFolder {
        let folder = try PlantedFolder()
        let (width, mlp) = (24, 20)
        try folder.replaceModels {
            TinyModel(
                layers: 2, width: width, mlp: mlp, vocabulary: PlantedModel.vocabulary, positions: PlantedModel.positions, seed: $0
            ) { name, values in
                if name == "h.0.mlp.c_fc.weight" { for d in 0..<width { values[d * mlp + 9] = values[d * mlp + 4] } }
                if name == "h.0.mlp.c_fc.bias" { values[9] = values[4] }
                if name == "h.0.mlp.c_proj.weight" { for d in 0..<width { values[9 * width + d] = values[4 * width + d] } }
            }
        }
        try folder.compute()
        return folder
    }

    @Test("stand in antipodes.csv, cosines/ and the summary, with the correlation of the two activations")
    func found() throws {
        let folder = try computed()
        let summary = try folder.analyze().summary
        let table = try NeuronTableFile(folder.run.antipodes)
        #expect(table.rows.count == 40 && table.cells(of: "duplicate_neuron")?[4] == "9" && table.cells(of: "duplicate_layer")?[4] == "0")
        #expect(table.cells(of: "layer_duplicate_neuron")?[9] == "4")
        let correlations = try #require(table.numbers(of: "layer_duplicate_corr"))
        #expect(abs(correlations[4] - 1) < 1e-3 && abs(correlations[9] - 1) < 1e-3 && !correlations.contains { abs($0) > 1 })
        for layer in 0..<2 {
            let arrays = try NumpyArchive.read(folder.run.cosines.appending("layer\(layer).npz"))
            #expect(arrays.count == 20 && arrays["out_in_max_neuron"]?.shape == [2, 20])
            // Within the layer and over the model, as the table has it.
            let cosines = try #require(arrays["in_in_max_cos"]).values(as: Float.self)
            let expected = try #require(table.numbers(of: "layer_in_max_cos"))[layer * 20..<(layer + 1) * 20].map { Float($0) }
            #expect(Array(cosines[layer * 20..<(layer + 1) * 20]) == expected)
        }
        let figure = try #require(summary.antipodes?.figure(of: "in_max_cos"))
        let isUniversal = try #require(table.cells(of: "universal")).map { $0 == "1" }
        #expect((figure.universal?.neurons ?? 0) == isUniversal.filter { $0 }.count)
        #expect((figure.others?.neurons ?? 0) == isUniversal.filter { !$0 }.count)
        // The run has the share of tokens at which each neuron is active.
        let frequencies = try #require(try NeuronTableFile(folder.run.neurons).numbers(of: "sparsity"))
        let closest = try #require(table.numbers(of: "in_max_cos"))
        let expected = try #require(RankCorrelation.pearson(closest, frequencies))
        #expect(try abs(#require(figure.frequencyCorrelation) - expected) < 1e-6)
    }

    @Test("are the same bytes on any number of threads, and go when the reference's weights are gone")
    func sameBytes() throws {
        let folder = try computed()
        try folder.analyze()
        let names = ["antipodes.csv", "cosines/layer0.npz", "cosines/layer1.npz", "summary.json"]
        func bytes() throws -> [Data] { try names.map { try Data(contentsOf: URL(fileURLWithPath: folder.run.path.appending($0).string)) } }
        let first = try bytes()
        for threads in 1...3 {
            _ = try AnalyzeRun(folder: folder.run, context: JobContext(team: ThreadTeam(count: threads))).run()
            #expect(try bytes() == first)
        }
        try FileManager.default.removeItem(atPath: folder.configuration.models[0].path.string)
        #expect(try folder.analyze().summary.antipodes == nil)
        #expect(!folder.holds("antipodes.csv") && !folder.holds("cosines"))
    }
}
