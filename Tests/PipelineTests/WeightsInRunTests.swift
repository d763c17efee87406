import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models
@testable import Pipeline

@Suite("What weights alone say, in a run's results")
struct WeightsInRunTests {
    private static let momentColumns = ["mean", "var", "skew", "kurt", "sparsity", "sparsity_paper", "position_score"]
    private static let columns = [
        "w_in_norm", "input_bias", "w_out_norm", "in_out_sim", "l2_penalty", "vocab_mean", "vocab_var", "vocab_skew", "vocab_kurt",
    ]

    /// A run of two models that write to the residual stream.
    private func computed(_ architecture: TinyModel.Architecture = .gpt2) throws -> PlantedFolder {
        let folder = try PlantedFolder()
        try folder.replaceModels(architecture)
        try folder.compute()
        return folder
    }

    private func bytes(_ folder: PlantedFolder, _ names: [String]) throws -> [Data] {
        try names.map { try Data(contentsOf: URL(fileURLWithPath: folder.run.path.appending($0).string)) }
    }

    private let files = [
        "neurons.csv", "percentiles.csv", "roles.csv", "ensembles.csv", "vocabulary/layer0_unembedding.npz",
        "vocabulary/layer1_unembedding.npz", "vocabulary/layer0_embedding.npz", "vocabulary/layer1_embedding.npz",
    ]

    @Test("fills the authors' columns, and the files beside the table", arguments: [TinyModel.Architecture.gpt2, .gptNeoX])
    func filled(architecture: TinyModel.Architecture) throws {
        let folder = try computed(architecture)
        let summary = try folder.analyze().summary
        let table = try NeuronTableFile(folder.run.neurons)
        let weights = ProcessedWeights(try .init(folder.configuration.models[0].path))
        let expected = try WeightAnalysis(weights, team: ThreadTeam(count: 1)).run()
        #expect(expected.numbers.map(\.name) == Self.columns)
        for (name, values) in expected.numbers { #expect(try #require(table.numbers(of: name)) == values, "\(name)") }
        #expect(table.cells(of: "role") == expected.roleOfNeuron?.map { $0?.rawValue ?? "" })
        #expect(table.cells(of: "kurt")?.contains("") == false)
        let percentiles = try NeuronTableFile(folder.run.percentiles)
        #expect(percentiles.columns == ["layer", "neuron"] + Self.columns + Self.momentColumns && percentiles.rows.count == 40)
        #expect(percentiles.neurons[25] == (1, 5))
        for name in Self.columns {
            let values = try #require(percentiles.numbers(of: name))
            #expect(values[..<20].min() == 0 && values[..<20].max() == 100 && values[20...].max() == 100)
        }
        for (layer, matrix) in [(0, "unembedding"), (1, "unembedding"), (0, "embedding"), (1, "embedding")] {
            let arrays = try NumpyArchive.read(folder.run.vocabulary.appending("layer\(layer)_\(matrix).npz"))
            #expect(arrays.count == 18 && arrays["out_top_token"]?.shape == [20, 100] && arrays["in_bin_counts"]?.shape == [20, 101])
            guard matrix == "unembedding" else { continue }
            let variances = try #require(table.numbers(of: "vocab_var"))
            #expect(try arrays["out_var"]?.values(as: Double.self) == Array(variances[layer * 20..<(layer + 1) * 20]))
        }
        let roles = try #require(summary.roles)
        #expect(roles.counts.map(\.role) == NeuronRole.allCases && roles.counts.allSatisfy { $0.neurons.count == 2 })
        #expect(roles.counts.reduce(0) { $0 + $1.neurons.reduce(0, +) } == expected.roles.count)
        let lines = try String(contentsOfFile: folder.run.roles.string, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 1 + expected.roles.count)
        #expect(!folder.holds("roles.npz"))
        let ensembles = try String(contentsOfFile: folder.run.ensembles.string, encoding: .utf8).split(separator: "\n")
        #expect(ensembles.count == 1 + expected.roles.count { $0.role != .partition })
    }

    @Test("is the same bytes on any number of threads, and once more")
    func sameBytes() throws {
        let folder = try computed()
        try folder.analyze()
        let first = try bytes(folder, files)
        for threads in 1...3 {
            _ = try AnalyzeRun(folder: folder.run, context: JobContext(team: ThreadTeam(count: threads))).run()
            #expect(try bytes(folder, files) == first)
        }
    }

    @Test("is found once for all analyses of a run that are told of each other, as long as the files of its vocabulary are there")
    func once() throws {
        let folder = try computed()
        let known = KnownWeights()
        func analyze() throws -> RecordedLog {
            let log = RecordedLog()
            let context = JobContext(team: ThreadTeam(count: 2), logger: log.logger)
            _ = try AnalyzeRun(folder: folder.run, knownWeights: known, context: context).run()
            return log
        }
        _ = try analyze()
        let first = try bytes(folder, files)
        // Whoever read the weights again would find none.
        try FileManager.default.removeItem(atPath: folder.configuration.models[0].path.string)
        #expect(try !analyze().contains("what weights alone say"))
        #expect(try bytes(folder, files) == first)
        try FileManager.default.removeItem(atPath: folder.run.vocabulary.appending("layer1_embedding.npz").string)
        #expect(try analyze().contains("notice: what weights alone say about the neurons of a is left out"))
    }

    @Test(
        "is left out, and what there was removed, where the reference is gone or another one; the rest is as it was",
        arguments: [true, false])
    func missing(isGone: Bool) throws {
        let folder = try computed()
        try folder.analyze()
        let before = try NeuronTableFile(folder.run.neurons)
        let reference = folder.configuration.models[0].path
        try FileManager.default.removeItem(atPath: reference.string)
        if !isGone { try FileManager.default.copyItem(atPath: folder.configuration.models[1].path.string, toPath: reference.string) }
        let log = RecordedLog()
        let summary = try AnalyzeRun(folder: folder.run, context: JobContext(team: ThreadTeam(count: 2), logger: log.logger)).run().summary
        #expect(log.contains("notice: what weights alone say about the neurons of a is left out"), "\(log.lines)")
        let after = try NeuronTableFile(folder.run.neurons)
        #expect(after.columns == before.columns && summary.roles == nil)
        for name in before.columns {
            let isOfWeights = Self.columns.contains(name) || name == "role"
            #expect(after.cells(of: name) == (isOfWeights ? Array(repeating: "", count: 40) : before.cells(of: name)), "\(name)")
        }
        for name in ["roles.csv", "roles.npz", "ensembles.csv", "vocabulary"] { #expect(!folder.holds(name), "\(name)") }
        #expect(try NeuronTableFile(folder.run.percentiles).columns == ["layer", "neuron"] + Self.momentColumns)
    }

    @Test("of a model without unembedding has norms, and no effect on a vocabulary")
    func withoutUnembedding() throws {
        let folder = try PlantedFolder()
        for model in folder.configuration.models {
            try FileManager.default.removeItem(atPath: model.path.string)
            try FileManager.default.createDirectory(atPath: model.path.string, withIntermediateDirectories: true)
            for name in ["config.json", "model.safetensors"] {
                try FileManager.default.copyItem(
                    atPath: ConfigurationTests.repository.appending("Tests/Fixtures/GPTNeoX/plain-names/\(name)").string,
                    toPath: model.path.appending(name).string)
            }
        }
        // The fixture knows 61 tokens and 24 positions.
        try NumpyWriter.write(
            (0..<64 * 16).map { Int32($0 * 7 % 61) }, shape: [64, 16], to: folder.path.appending("tokens.npy"))
        folder.configuration.shard = .tokens(16 * 16)
        try folder.compute()
        let log = RecordedLog()
        let summary = try AnalyzeRun(folder: folder.run, context: JobContext(team: ThreadTeam(count: 2), logger: log.logger)).run().summary
        let table = try NeuronTableFile(folder.run.neurons)
        #expect(table.cells(of: "w_in_norm")?.contains("") == false && table.cells(of: "vocab_kurt")?.allSatisfy(\.isEmpty) == true)
        #expect(summary.roles == nil && log.contains("model a has no unembedding"))
        #expect(!folder.holds("roles.csv") && !folder.holds("ensembles.csv"))
        #expect(try Folder.names(in: folder.run.vocabulary).sorted() == ["layer0_embedding.npz", "layer1_embedding.npz"])
    }

    @Test("stands in the tables of other groups' references too, the same as in a run of their models alone")
    func groups() throws {
        let seeds = try PlantedSeeds([])
        for (seed, name) in ["a", "b", "c", "d"].enumerated() {
            let path = seeds.folder.path.appending(name)
            if Folder.exists(path) { try FileManager.default.removeItem(atPath: path.string) }
            try TinyModel(
                layers: 2, width: 24, mlp: 20, vocabulary: PlantedModel.vocabulary, positions: PlantedModel.positions, seed: UInt64(seed)
            ).write(to: path)
        }
        func list(_ names: [String]) -> String { names.map { "  - {id: \($0), path: \($0)}\n" }.joined() }
        try seeds.configure(list(["a", "b", "c", "d"]) + "pairs: {groups: [[a, b], [c, d]]}")
        _ = try seeds.run()
        let table = try NeuronTableFile(seeds.folder.run.groups.appending("c.csv"))
        try seeds.configure(list(["c", "d"]))
        _ = try seeds.run()
        let alone = try NeuronTableFile(seeds.folder.run.neurons)
        for name in Self.columns + ["role"] {
            #expect(table.cells(of: name) == alone.cells(of: name), "\(name)")
            if name != "role" { #expect(table.cells(of: name)?.contains("") == false, "\(name)") }
        }
    }
}
