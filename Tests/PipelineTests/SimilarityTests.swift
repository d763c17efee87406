import Analysis
import Foundation
import Kernels
import Storage
import SystemPackage
import Testing

@testable import Pipeline
@testable import Statistics

@Suite("How alike the layers of a run's models are")
struct SimilarityTests {
    /// A run of a model and the same one with its neurons in another order.
    private func permuted(_ change: (inout Configuration) -> Void = { _ in }) throws -> PlantedFolder {
        let folder = try PlantedFolder(change: change)
        var model = PlantedModel(seed: 0, embedding: 9)
        try model.write(to: folder.configuration.models[0].path)
        for layer in 0..<model.layers {
            model.inputs[layer].reverse()
            model.biases[layer].reverse()
        }
        try FileManager.default.removeItem(atPath: folder.configuration.models[1].path.string)
        try model.write(to: folder.configuration.models[1].path)
        try folder.compute()
        return folder
    }

    private func measure(
        _ folder: PlantedFolder, pairs: [String]? = nil, layers: MeasureSimilarity.Layers = .all,
        measures: Set<SimilarityMeasure> = Set(SimilarityMeasure.allCases), cutoff: Double = LayerGeometry.usualCutoff, threads: Int = 2,
        memory: Int? = nil, stop: StopRequest = StopRequest(), progress: any ProgressReporter = SilentProgress()
    ) throws -> SimilarityOutcome {
        try MeasureSimilarity(
            folder: folder.run, pairs: pairs, layers: layers, measures: measures, cutoff: cutoff,
            context: JobContext(team: ThreadTeam(count: threads), memory: memory, progress: progress, stop: stop)
        ).run()
    }

    private func table(_ folder: PlantedFolder) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: folder.run.similarity.string))
    }

    @Test("layers with the same neurons in another order are the same by every measure, others are not")
    func permutation() throws {
        let folder = try permuted()
        let outcome = try measure(folder)
        #expect(outcome.pairs.map(\.pair) == ["a-b"] && outcome.tokens == 64 * 32)
        let figures = try #require(outcome.pairs.first?.figures)
        #expect(figures.keys.sorted() == SimilarityOutcome.names.sorted())
        for (name, matrix) in figures {
            try #require(matrix.count == 2 && matrix.allSatisfy { $0.count == 2 })
            for layer in 0..<2 {
                // Sums are rounded to the run's resolution.
                #expect(try abs(#require(matrix[layer][layer]) - 1) < 1e-3, "\(name)")
                let other = try #require(matrix[layer][1 - layer])
                #expect(other < 0.95 || name.hasPrefix("same_partner"), "\(name)")
            }
        }
        let lines = String(decoding: try table(folder), as: UTF8.self).split(separator: "\n")
        #expect(
            lines.count == 5
                && lines[0].hasPrefix(
                    "pair,layer_a,layer_b,cka,procrustes,cca,r2_ab,r2_ba,assignment,soft_matching,"
                        + "cosine_ab,cosine_ba,cosine_matching,same_partner_ab,same_partner_ba,tokens")
        )
        #expect(lines[2].hasPrefix("a-b,0,1,"))
        #expect(lines[1].hasSuffix(",2048,20,20,0"))
    }

    @Test("the figures are the same on any number of threads and in little memory, and in however many goes")
    func sameBytes() throws {
        let folder = try permuted()
        _ = try measure(folder)
        let first = try table(folder)
        let parts = folder.run.similarityParts
        func anew(_ body: () throws -> Void) throws {
            try FileManager.default.removeItem(atPath: parts.string)
            try FileManager.default.removeItem(atPath: folder.run.similarity.string)
            try body()
            #expect(try table(folder) == first)
        }
        // Two layers of 20 neurons and one thread fit, no third layer.
        let least = 2 * LayerGeometry.bytes(neurons: 20).kept + LayerGeometry.bytes(neurons: 20).making
        for threads in 1...3 { try anew { _ = try measure(folder, threads: threads, memory: threads == 2 ? least : nil) } }
        try anew {
            _ = try measure(folder, layers: .same, measures: [.cka, .softMatching])
            _ = try measure(folder, pairs: ["a-b"], measures: [.regression, .cca])
            _ = try measure(folder)
        }
        #expect(throws: PipelineError.memoryTooSmall(offered: least - 1, needed: least, block: "a.0_b.0")) {
            try FileManager.default.removeItem(atPath: parts.string)
            _ = try measure(folder, memory: least - 1)
        }
    }

    @Test("stopped, it keeps what it has found and goes on from there; a damaged part is made anew")
    func resumed() throws {
        let folder = try permuted()
        let stop = StopRequest()
        #expect(throws: PipelineError.stopped) {
            try measure(folder, threads: 1, stop: stop, progress: Interruption(after: 2, stop))
        }
        #expect(!folder.holds("similarity.csv"))
        let parts = try Folder.names(in: folder.run.similarityParts).filter { $0.hasSuffix(".json") }
        #expect(parts.count == 2)
        let watcher = Interruption(after: .max, StopRequest())
        _ = try measure(folder, progress: watcher)
        #expect(watcher.stage.withLock { $0?.completed } == 2)
        let first = try table(folder)
        try Data("{".utf8).write(to: URL(fileURLWithPath: folder.run.similarityParts.appending(parts[0]).string))
        _ = try measure(folder)
        #expect(try table(folder) == first)
    }

    @Test("another cutoff makes anew what depends on it, and leaves the rest in the table")
    func cutoff() throws {
        let folder = try permuted()
        let first = try #require(measure(folder).pairs.first?.figures)
        let watcher = Interruption(after: .max, StopRequest())
        let others = try #require(measure(folder, measures: [.cka, .assignment], cutoff: 0.9, progress: watcher).pairs.first?.figures)
        #expect(watcher.stage.withLock { $0?.completed } == 4)
        #expect(others.keys.sorted() == SimilarityOutcome.names.filter { !["cca", "r2_ab", "r2_ba"].contains($0) }.sorted())
        for (name, matrix) in others { #expect(matrix == first[name], "\(name)") }
        let lines = String(decoding: try table(folder), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 5 && lines[1].hasSuffix(",2048,,,0"))
        let again = try #require(measure(folder, cutoff: 0.9).pairs.first?.figures)
        #expect(again.count == first.count && again["cka"] == first["cka"] && again["cca"] != first["cca"])
        // A tenth less than the largest direction have few others, if any.
        #expect(!String(decoding: try table(folder), as: UTF8.self).contains(",20,20"))
    }

    @Test(
        "principal directions of the same neurons in another order are the same, whichever way they point; parts by signs are made anew")
    func directions() throws {
        var columns = PrincipalColumns()
        columns.components = 4
        let folder = try permuted { $0.columns = .principal(columns) }
        let figures = try #require(measure(folder).pairs.first?.figures)
        for name in ["assignment", "soft_matching", "cosine_matching", "cka"] {
            let matrix = try #require(figures[name])
            for layer in 0..<2 { #expect(try abs(#require(matrix[layer][layer]) - 1) < 1e-2, "\(name)") }
        }
        let first = try table(folder)
        let part = folder.run.similarityParts.appending("a.0_b.1.json")
        let text = try String(contentsOfFile: part.string, encoding: .utf8)
        let older = text.replacing(/"areSignsArbitrary"\s*:\s*true,/, with: "")
        try #require(older != text)
        try DurableFile.replace(part, with: older)
        // What does not match columns is kept.
        _ = try measure(folder, measures: [.cka])
        #expect(try table(folder) != first)
        let watcher = Interruption(after: .max, StopRequest())
        _ = try measure(folder, progress: watcher)
        #expect(try watcher.stage.withLock { $0?.completed } == 3 && table(folder) == first)
    }

    @Test("parts of other statistics do not come into the table, and an analysis removes a table of fewer tokens")
    func extended() throws {
        let folder = try permuted { $0.tokens = .tokens(32 * 32) }
        _ = try measure(folder, layers: .all)
        try folder.analyze()
        #expect(folder.holds("similarity.csv"))
        folder.configuration.tokens = .all
        try folder.compute()
        try folder.analyze()
        #expect(!folder.holds("similarity.csv"))
        let outcome = try measure(folder, layers: .same, measures: [.cka])
        #expect(outcome.tokens == 64 * 32)
        let now = try table(folder)
        #expect(String(decoding: now, as: UTF8.self).split(separator: "\n").count == 3)
        try folder.analyze()
        #expect(try table(folder) == now)
    }

    @Test("where the plan names no kernels, parts that other ones have computed are made anew")
    func kernels() throws {
        let folder = try permuted { $0.kernels = .any }
        _ = try measure(folder, measures: [.cka])
        let part = folder.run.similarityParts.appending("a.0_b.1.json")
        let text = try String(contentsOfFile: part.string, encoding: .utf8)
        let other = text.replacingOccurrences(of: "\"\(OpenBLAS.coreName)\"", with: "\"Other\"")
        try #require(other != text)
        try DurableFile.replace(part, with: other)
        let watcher = Interruption(after: .max, StopRequest())
        _ = try measure(folder, measures: [.cka], progress: watcher)
        #expect(watcher.stage.withLock { $0?.completed } == 3)
        #expect(try String(contentsOfFile: part.string, encoding: .utf8) == text)
    }

    @Test("refuses pairs that were not compared, a folder without a run, and statistics that are not there")
    func refused() throws {
        let folder = try PlantedFolder()
        #expect(throws: PipelineError.planMissing(file: folder.run.plan)) { try measure(folder) }
        try folder.plan()
        #expect(throws: PipelineError.nothingToAnalyze(folder: folder.run.path, isUneven: false)) { try measure(folder) }
        try folder.compute()
        #expect(throws: PipelineError.noSuchPair(pair: "b-a", folder: folder.run.path, pairs: ["a-b"])) {
            try measure(folder, pairs: ["a-b", "b-a"])
        }
        _ = try measure(folder, measures: [.cka])
        let lock = try FolderLock(folder.run.similarityParts)
        #expect(throws: StorageError.self) { try measure(folder) }
        try lock.check()
    }

    @Test("of a screened run names the pilot, which has all correlations; of a banded one has the layers within the band")
    func partial() throws {
        var settings = ScreeningSettings()
        settings.pilot = 32 * 32
        let folder = try PlantedFolder { $0.precision = .screening(settings) }
        try folder.compute()
        #expect(throws: PipelineError.noMatrices(folder: folder.run.path, pilot: folder.run.pilot.path)) { try measure(folder) }
        let pilot = try MeasureSimilarity(folder: folder.run.pilot, measures: [.cka], context: folder.context()).run()
        #expect(pilot.pairs.count == 1)
        let banded = try PlantedFolder { $0.layers = LayerSelection(band: 0) }
        try banded.compute()
        let cka = try #require(measure(banded, measures: [.cka]).pairs.first?.figures["cka"])
        #expect(cka[0][0] != nil && cka[0][1] == nil && cka[1][0] == nil && cka[1][1] != nil)
    }
}
