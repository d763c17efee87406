import Analysis
import Foundation
import Kernels
import Storage
import SystemPackage
import Testing

@testable import Pipeline
@testable import Statistics

@Suite("At which tokens a run's neurons fire with their best partners")
struct FiringTests {
    /// Two models of which some neurons are the same, analysed.
    private func analysed(_ change: (inout Configuration) -> Void = { _ in }) throws -> PlantedFolder {
        let folder = try PlantedFolder(change: change)
        let first = PlantedModel(seed: 0, embedding: 9)
        var second = PlantedModel(seed: 1, embedding: 9)
        for neuron in 0..<5 { second.plant(1, 19 - neuron, as: first, 0, neuron) }
        try FileManager.default.removeItem(atPath: folder.configuration.models[1].path.string)
        try second.write(to: folder.configuration.models[1].path)
        try folder.compute()
        try folder.analyze()
        return folder
    }

    private func measure(
        _ folder: PlantedFolder, pairs: [String]? = nil, tokens: TokenBudget? = .all, threads: Int = 2, batch: Int = 256,
        stop: StopRequest = StopRequest(), progress: any ProgressReporter = SilentProgress()
    ) throws -> FiringOutcome {
        var measurement = MeasureFiring(
            folder: folder.run, pairs: pairs, tokens: tokens,
            context: JobContext(team: ThreadTeam(count: threads), progress: progress, stop: stop))
        measurement.batchTokens = batch
        return try measurement.run()
    }

    private func lines(_ folder: PlantedFolder) throws -> [[String]] {
        try String(contentsOfFile: folder.run.firing.string, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test("counts what the run's own statistics count of each model alone; neurons that are the same fire at the same tokens")
    func counts() throws {
        let folder = try analysed()
        let outcome = try measure(folder)
        let lines = try lines(folder).dropFirst()
        #expect(lines.count == 40 && outcome.pairs.map(\.pair) == ["a-b"] && outcome.pairs[0].tokens == 64 * 32)
        let plan = try RunPlan.read(folder.run.plan)
        let input = try AnalyzeRun(folder: folder.run, context: folder.context()).input(of: plan)
        let statistics = try plan.statistics(in: input.snapshot, calibrationOf: folder.run)
        func fired(_ model: String, _ layer: Int) throws -> [Int] {
            let group = plan.layout.groups(of: model)[layer]
            let block = try #require(plan.layout.block(rows: group, columns: group))
            return try statistics.moments(of: block, over: .all(statistics.replicates)).rows.positiveShare.map {
                Int(($0 * 2_048).rounded())
            }
        }
        let (a, b) = (try (0..<2).map { try fired("a", $0) }, try (0..<2).map { try fired("b", $0) })
        for line in lines {
            let numbers = line.dropFirst().map { Double($0) ?? .nan }
            let (layer, neuron, partnerLayer, partner) = (Int(numbers[0]), Int(numbers[1]), Int(numbers[2]), Int(numbers[3]))
            let (jaccard, both, first, second) = (numbers[5], numbers[6], numbers[7], numbers[8])
            #expect(Int(first) == a[layer][neuron] && Int(second) == b[partnerLayer][partner] && numbers[9] == 2_048)
            #expect(jaccard == both / (first + second - both) && both <= min(first, second))
            if layer == 0, neuron < 5 { #expect(partnerLayer == 1 && partner == 19 - neuron && jaccard == 1) }
        }
        let mean = lines.reduce(0) { $0 + (Double($1[6]) ?? .nan) } / 40
        #expect(try outcome.pairs[0].neurons == 40 && abs(#require(outcome.pairs[0].meanJaccard) - mean) < 1e-12)
        #expect(try #require(outcome.pairs[0].universalNeurons) <= 40)
    }

    @Test("the table goes with an analysis of other statistics, and stays with one of the same; the counts stay")
    func otherStatistics() throws {
        let folder = try analysed()
        _ = try measure(folder)
        try folder.analyze()
        #expect(folder.holds("firing.csv"))
        let summary = URL(fileURLWithPath: folder.run.summary.string)
        let digest = try JSONFile.read(RunSummary.self, from: folder.run.summary).statisticsSHA256
        let other = String(repeating: "0", count: digest.count)
        try Data(String(contentsOf: summary, encoding: .utf8).replacingOccurrences(of: digest, with: other).utf8).write(to: summary)
        try folder.analyze()
        #expect(!folder.holds("firing.csv") && Folder.holdsFile(folder.run.firingParts.appending("a-b.npz")))
    }

    @Test("the counts are the same on any number of threads, in batches of any size, stopped, over more tokens, and from a damaged file")
    func resumed() throws {
        let folder = try analysed()
        _ = try measure(folder, threads: 1, batch: 1 << 20)
        let first = try lines(folder)
        let part = folder.run.firingParts.appending("a-b.npz")
        func anew() throws {
            try FileManager.default.removeItem(atPath: folder.run.firingParts.string)
            try FileManager.default.removeItem(atPath: folder.run.firing.string)
        }
        try anew()
        _ = try measure(folder, threads: 3, batch: 96)
        #expect(try lines(folder) == first)
        try anew()
        let stop = StopRequest()
        // Eight rows a batch: two are whole when it stops in the third.
        #expect(throws: PipelineError.stopped) { try measure(folder, threads: 1, stop: stop, progress: Interruption(after: 20, stop)) }
        #expect(!folder.holds("firing.csv") && Folder.holdsFile(part))
        let watcher = Interruption(after: .max, StopRequest())
        _ = try measure(folder, progress: watcher)
        #expect(watcher.stage.withLock { $0?.completed } == 16 && watcher.stage.withLock { $0?.total } == 64)
        #expect(try lines(folder) == first)
        try anew()
        #expect(try measure(folder, tokens: .tokens(1_000)).pairs[0].tokens == 32 * 32)
        #expect(try measure(folder).pairs[0].tokens == 64 * 32 && lines(folder) == first)
        // What is counted over more tokens is not counted again.
        let fewer = try measure(folder, tokens: .tokens(1_000))
        #expect(try fewer.pairs[0].tokens == 64 * 32 && lines(folder) == first)
        #expect(fewer.askedTokens == 32 * 32 && fewer.earlier.map(\.readTokens) == [64 * 32])
        #expect(try measure(folder).earlier.isEmpty)
        try Data("PK".utf8).write(to: URL(fileURLWithPath: part.string))
        #expect(try measure(folder, tokens: .tokens(1_000)).pairs[0].tokens == 32 * 32)
    }

    @Test("counts of other partners are counted anew")
    func partners() throws {
        let folder = try analysed()
        _ = try measure(folder)
        let first = try lines(folder)
        let path = folder.run.pair("a", "b")
        var arrays = try NumpyArchive.read(path).map { name, array in
            NumpyArchive.Entry(name: name, dtype: array.dtype, shape: array.shape, bytes: Array(array.bytes))
        }
        let place = try #require(arrays.firstIndex { $0.name == "a_max_corr_ix" })
        arrays[place] = .init("a_max_corr_ix", [Int32](repeating: 0, count: 39) + [-1])
        try NumpyArchive.write(path, arrays)
        _ = try measure(folder)
        let now = try lines(folder)
        #expect(now[1...39].allSatisfy { $0[3...4] == ["0", "0"] } && now[40][3...].allSatisfy(\.isEmpty))
        #expect(zip(first, now).dropFirst().dropLast().allSatisfy { $0[8] == $1[8] })
        arrays[place] = .init("a_max_corr_ix", [Int32](repeating: 40, count: 40))
        try NumpyArchive.write(path, arrays)
        #expect(throws: StorageError.self) { try measure(folder) }
    }

    @Test("refuses what it cannot count: without results, other pairs, more tokens than there are, columns that are directions")
    func refused() throws {
        let folder = try PlantedFolder()
        #expect(throws: PipelineError.planMissing(file: folder.run.plan)) { try measure(folder) }
        try folder.compute()
        #expect(throws: PipelineError.resultsMissing(folder: folder.run.path)) { try measure(folder) }
        try folder.analyze()
        #expect(throws: PipelineError.noSuchPair(pair: "b-a", folder: folder.run.path, pairs: ["a-b"])) {
            try measure(folder, pairs: ["b-a"])
        }
        #expect(throws: PipelineError.fewerTokensThanAsked(corpus: folder.run.corpus, asked: 2_049, rows: 64, context: 32)) {
            try measure(folder, tokens: .tokens(2_049))
        }
        #expect(!folder.holds("firing"))
        let directions = try analysed { $0.columns = .rotated(RotatedColumns()) }
        #expect {
            try measure(directions)
        } throws: {
            ($0 as? PipelineError)?.message.contains("are of neurons") == true
        }
    }
}
