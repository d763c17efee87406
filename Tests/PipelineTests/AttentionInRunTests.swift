import Checkpoints
import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models
@testable import Pipeline

@Suite("Entropy neurons and attention heads, in a run")
struct AttentionInRunTests {
    private static let context = 96

    /// A run of two models over rows that are long enough for paths to be ablated, and begin with token 3.
    private func computed(
        _ architecture: TinyModel.Architecture = .gpt2, context: Int = context, begin: Int32? = 3
    ) throws -> PlantedFolder {
        let folder = try PlantedFolder()
        try folder.replaceModels {
            TinyModel(
                architecture, layers: 3, width: 32, heads: 4, mlp: 20, vocabulary: PlantedModel.vocabulary, positions: context, seed: $0)
        }
        var tokens: [Int32] = []
        for row in 0..<64 {
            tokens.append(begin ?? Int32(row))
            for position in 1..<context { tokens.append(Int32((row * context + position) * 31 % 197)) }
        }
        try NumpyWriter.write(tokens, shape: [64, context], to: folder.path.appending("tokens.npy"))
        folder.configuration.shard = .tokens(16 * context)
        try folder.compute()
        return folder
    }

    private let files = [
        "entropy.csv", "entropy.npz", "attention.csv", "attention/heads.npz", "attention/layer0.npz", "attention/layer2.npz",
    ]

    private func bytes(_ folder: PlantedFolder, _ names: [String]) throws -> [Data] {
        try names.map { try Data(contentsOf: URL(fileURLWithPath: folder.run.path.appending($0).string)) }
    }

    @Test("an analysis writes them, the same on any number of threads", arguments: [TinyModel.Architecture.gpt2, .gptNeoX])
    func written(architecture: TinyModel.Architecture) throws {
        let folder = try computed(architecture)
        try folder.analyze()
        let first = try bytes(folder, files)
        for threads in [1, 3] {
            _ = try AnalyzeRun(folder: folder.run, context: JobContext(team: ThreadTeam(count: threads))).run()
            #expect(try bytes(folder, files) == first)
        }
        let weights = ProcessedWeights(try .init(folder.configuration.models[0].path))
        let expected = try AttentionAnalysis(weights, token: 3, team: ThreadTeam(count: 1)).run()
        let table = try NeuronTableFile(folder.run.attention)
        #expect(table.columns == AttentionTable.columns && table.rows.count == expected.ranking.count)
        #expect(table.numbers(of: "score").map { $0.map { Float($0) } } == expected.ranking.map(\.score))
        #expect(try NumpyArchive.read(folder.run.nullSpace)["null_fraction"]?.shape == [60])
        #expect(try NeuronTableFile(folder.run.entropy).columns == EntropyTable.columns)
        #expect(try CleanRun(folder: folder.run).run().unfinished == 0)
    }

    @Test("are left out, and what there was removed, where the reference is gone")
    func gone() throws {
        let folder = try computed()
        try folder.analyze()
        try FileManager.default.removeItem(atPath: folder.configuration.models[0].path.string)
        try folder.analyze()
        for name in ["entropy.csv", "entropy.npz", "attention.csv", "attention"] { #expect(!folder.holds(name), "\(name)") }
    }

    @Test("rows that do not begin alike have entropy neurons, no scores of heads, and no paths")
    func withoutBeginning() throws {
        let folder = try computed(begin: nil)
        try folder.analyze()
        #expect(folder.holds("entropy.csv") && !folder.holds("attention.csv") && !folder.holds("attention"))
        #expect(throws: PipelineError.noBeginningOfRow(corpus: folder.run.corpus)) { try job(folder).run() }
    }

    // MARK: Paths

    private func job(
        _ folder: PlantedFolder, _ request: PathAblationRequest = PathAblationRequest(), threads: Int = 2, memory: Int? = nil,
        stop: StopRequest = StopRequest()
    ) -> PathAblationJob {
        PathAblationJob(
            folder: folder.run, request: request, context: JobContext(team: ThreadTeam(count: threads), memory: memory, stop: stop))
    }

    @Test("the paths with the largest scores are measured without an analysis, and again at once from what is there")
    func paths() throws {
        let folder = try computed()
        let report = try job(folder, .init(tokens: .tokens(1_000), paths: 3)).run()
        #expect(report.rows == 64 && report.context == 96 && report.first == 64 && report.tokens == 64 * 96)
        #expect(report.paths.count == 3 && report.paths.allSatisfy { $0.samples == 64 * 32 && $0.attention > 0 })
        let weights = ProcessedWeights(try .init(folder.configuration.models[0].path))
        let ranking = try AttentionAnalysis(weights, token: 3, length: 3, team: ThreadTeam(count: 1)).run().ranking
        #expect(report.paths.map(\.pair) == ranking.map(\.pair) && report.paths.map(\.score) == ranking.map(\.score))
        // The samples are taken from the file: another model would be another folder, but the model need not compute again.
        let place = FilePath(report.folder)
        let names = try Folder.names(in: place).filter { !$0.hasPrefix(".") }.sorted()
        #expect(names == ["batch-00000.npz", "result.json", "settings.json"])
        let file = place.appending("batch-00000.npz")
        let before = try Data(contentsOf: URL(fileURLWithPath: file.string))
        #expect(try job(folder, .init(tokens: .tokens(6_000), paths: 3), threads: 1).run().paths == report.paths)
        #expect(try job(folder, .init(tokens: .all, paths: 3)).run().paths == report.paths)
        // They are read again as they were measured; of another corpus there are none.
        let plan = try RunPlan.read(folder.run.plan)
        #expect(try PathAblationReport.read(in: folder.run, of: plan).map(\.paths) == [report.paths])
        let settings = place.appending("settings.json")
        let text = try String(contentsOfFile: settings.string, encoding: .utf8)
        let other = text.replacingOccurrences(of: plan.numbers.corpus.digest.hex, with: String(repeating: "0", count: 64))
        #expect(other != text)
        try DurableFile.replace(settings, with: other)
        #expect(try PathAblationReport.read(in: folder.run, of: plan).isEmpty)
        // Damaged samples are computed again, to the same bits on another number of threads, and in so little memory that one works and paths
        // are summed up alone.
        for memory in [nil, 1] {
            try Data("nothing".utf8).write(to: URL(fileURLWithPath: file.string))
            #expect(try job(folder, .init(tokens: .tokens(1_000), paths: 3), threads: 3, memory: memory).run().paths == report.paths)
            #expect(try Data(contentsOf: URL(fileURLWithPath: file.string)) == before)
        }
    }

    @Test("neurons and heads that are named are measured, each neuron with its strongest head where none is")
    func named() throws {
        let folder = try computed()
        let two = [NeuronPlace(layer: 1, neuron: 4), NeuronPlace(layer: 0, neuron: 7)]
        let both = try job(folder, .init(neurons: two, head: .init(layer: 2, head: 3))).run()
        #expect(
            both.paths.map(\.pair) == [
                NeuronHead(layer: 1, neuron: 4, headLayer: 2, head: 3), NeuronHead(layer: 0, neuron: 7, headLayer: 2, head: 3),
            ])
        let one = try job(folder, .init(neurons: [.init(layer: 0, neuron: 7)])).run()
        let all = try #require(try JSONFile.read(PathAblationReport.self, from: FilePath(one.folder).appending("result.json")).paths.first)
        #expect(one.paths == [all] && abs(all.score ?? 0) >= abs(both.paths[1].score ?? 0))
        let ofHead = try job(folder, .init(head: .init(layer: 1, head: 0), paths: 2)).run()
        #expect(ofHead.paths.count == 2 && ofHead.paths.allSatisfy { $0.pair.headLayer == 1 && $0.pair.head == 0 && $0.pair.layer == 0 })
    }

    @Test("a neuron or head that there is not is refused, and so are paths that there are not, before anything is written")
    func refused() throws {
        let folder = try computed()
        func error(_ request: PathAblationRequest) -> PipelineError? {
            do {
                _ = try job(folder, request).run()
                return nil
            } catch {
                return error as? PipelineError
            }
        }
        #expect(
            error(.init(neurons: [.init(layer: 3, neuron: 0)])) == .noSuchNeuron(layer: 3, neuron: 0, model: "a", layers: 3, width: 20))
        #expect(error(.init(head: .init(layer: 1, head: 4))) == .noSuchHead(layer: 1, head: 4, model: "a", layers: 3, heads: 4))
        #expect(
            error(.init(neurons: [.init(layer: 2, neuron: 0)])) == .noHeadAfterNeuron(layer: 2, neuron: 0, model: "a", head: nil))
        #expect(
            error(.init(neurons: [.init(layer: 1, neuron: 0)], head: .init(layer: 1, head: 2)))
                == .noHeadAfterNeuron(layer: 1, neuron: 0, model: "a", head: "1.2"))
        #expect(error(.init(head: .init(layer: 0, head: 1))) == .noNeuronBeforeHead(model: "a", head: "0.1"))
        #expect(
            error(.init(tokens: .tokens(64 * 96 + 1)))
                == .fewerTokensThanAsked(corpus: folder.run.corpus, asked: 64 * 96 + 1, rows: 64, context: 96))
        #expect(!folder.holds("path-ablation"))
        let short = try computed(context: 48)
        #expect(throws: PipelineError.rowsTooShort(corpus: short.run.corpus, context: 48, needed: 65)) { try job(short).run() }
    }

    @Test("a job that is stopped leaves nothing half written, and the next one completes it")
    func stopped() throws {
        let folder = try computed()
        let stop = StopRequest()
        stop.raise()
        #expect(throws: PipelineError.stopped) { try job(folder, stop: stop).run() }
        #expect(try job(folder, .init(tokens: .tokens(100), paths: 1)).run().rows == 64)
    }
}
