import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Pipeline

/// Four shards of 512 tokens, of which one is missing.
@Suite("The results of an incomplete run")
struct IncompleteRunTests {
    private func analysed(without shards: Set<Int> = [1], change: (inout Configuration) -> Void = { _ in }) throws -> PlantedFolder {
        let folder = try PlantedFolder(change: change)
        try folder.compute(without: shards)
        try folder.analyzeIncomplete()
        return folder
    }

    /// What the summary should say.
    private func expected(_ folder: PlantedFolder, without shard: Int = 1) throws -> Incompleteness {
        let blocks = try RunPlan.read(folder.run.plan).layout.blocks.count
        return Incompleteness(
            shardsPlanned: 4, shardsComplete: 3, blocks: blocks,
            missing: [.init(blocks: .init(0, blocks - 1), shards: [.init(shard, shard)])], leastTokens: 1_536, mostTokens: 1_536)
    }

    private func text(_ path: FilePath) throws -> String { try String(contentsOfFile: path.string, encoding: .utf8) }

    @Test("say so in summary.json and to whoever looks into the run, until it is complete")
    func summary() throws {
        let folder = try analysed()
        let gaps = try expected(folder)
        #expect(try JSONFile.read(RunSummary.self, from: folder.run.summary).incomplete == gaps)
        #expect(try RunInspection(folder.run).incompleteResults == gaps)
        #expect(try NeuronInspection(layer: 0, neuron: 3, in: folder.run).incomplete == gaps)
        // What is missing is computed.
        try folder.compute()
        #expect(try folder.analyze().summary.incomplete == nil)
        #expect(try !text(folder.run.summary).contains("\"incomplete\""))
        #expect(try RunInspection(folder.run).incompleteResults == nil)
        #expect(try NeuronInspection(layer: 0, neuron: 3, in: folder.run).incomplete == nil)
    }

    @Test("are not there of themselves: the tasks that are missing are named, with the commands that compute and add them")
    func tasksMissing() throws {
        let folder = try PlantedFolder()
        let groups = try folder.compute(without: [1, 3]).plan.blockGroups.count
        let expected = PipelineError.tasksMissing(
            folder: folder.run.path, tasks: [groups...2 * groups - 1, 3 * groups...4 * groups - 1], count: 4 * groups)
        #expect(throws: expected) { try PlannedTasks(in: folder.run).checkAreDone(inStoreOf: folder.run) }
        #expect(expected.exitStatus == .dataError && expected.message.contains("\(2 * groups) of \(4 * groups) tasks are missing"))
        let map = "map --plan \(folder.run.path) --task \(groups) --output PARTS/\(groups).partial"
        #expect(expected.remedy.contains("`universal-neurons \(map)`"))
        #expect(expected.remedy.contains("`universal-neurons reduce PARTS/*.partial --store \(folder.run.path)/store`"))
        try folder.compute()
        try PlannedTasks(in: folder.run).checkAreDone(inStoreOf: folder.run)
    }

    @Test("are told by block where a block lacks more than others")
    func uneven() throws {
        let folder = try PlantedFolder()
        let run = try folder.compute()
        let key = try #require(run.plan.sections(in: run.layout).first { $0.kind == .block && $0.index == 0 && $0.stratum == 0 })
        try LocalFiles().remove(run.store.path(of: key))
        let input = try AnalyzeRun(folder: folder.run, extent: .incomplete, context: folder.context()).input(of: run.plan)
        let gaps = try #require(input.incompleteness)
        // Shards go to the two replicates by turns.
        #expect(gaps.missing == [.init(blocks: .init(0, 0), shards: [.init(0, 0), .init(2, 2)])])
        #expect(gaps.shardsComplete == 2 && gaps.leastTokens == 1_024 && gaps.mostTokens == 2_048)
        #expect(input.missing.count == 2)
    }

    @Test("go into the export, which says so until that of complete ones takes its place")
    func exported() throws {
        let (folder, scratch) = (try analysed(), try TemporaryFolder())
        let export = AuthorsExport(folder: folder.run, output: scratch.path)
        let gaps = try expected(folder)
        let outcome = try export.run()
        #expect(outcome.incomplete == gaps && outcome.files.first == "universal-neurons.json")
        #expect(ExportNote(in: scratch.path).tables["a"]?.incomplete == gaps)
        try folder.compute()
        try folder.analyze()
        let whole = try export.run()
        let note = ExportNote(in: scratch.path).tables["a"]
        #expect(whole.incomplete == nil && note?.tokens == 2_048 && note?.incomplete == nil)
    }

    @Test("are known in their export: of the run itself nothing is told, of a whole one what is missing and not how the authors measure")
    func comparedExport() throws {
        // So low a threshold that some neurons are universal.
        func lower(_ configuration: inout Configuration) { configuration.threshold = 0 }
        let (folder, whole, scratch) = (try analysed(change: lower), try PlantedFolder(change: lower), try TemporaryFolder())
        try whole.compute()
        try whole.analyze()
        for run in [folder.run, whole.run] {
            _ = try AuthorsExport(folder: run, output: scratch.path.appending("\(run == whole.run)")).run()
        }
        let paths = ["neuron_dfs/a.csv", "interpretable_neurons/a/universal.csv"].map { "dataframes/\($0)" }
        let (tables, others) = (
            paths.map { scratch.path.appending("false").pushing(FilePath($0)) },
            paths.map { scratch.path.appending("true").pushing(FilePath($0)) }
        )
        func compare(_ first: FilePath, _ second: FilePath) throws -> ComparisonReport {
            try CompareResults(first: first, second: second).run()
        }
        let own = try compare(folder.run.path, tables[0])
        #expect(try own.expected.isEmpty && own.second.incomplete == expected(folder) && own.second.tokens == 1_536, "\(own.expected)")
        // The run's threshold, which tables do not tell, is needed to know one of universal neurons.
        for (first, second) in [(folder.run.path, tables[1]), (tables[1], folder.run.path)] {
            #expect(try compare(first, second).expected.map(\.cause) == [.selection])
        }
        #expect(try compare(tables[0], tables[0]).expected.isEmpty)
        for (first, second) in [(whole.run.path, tables[0]), (tables[0], whole.run.path), (others[0], tables[0])] {
            let found = try compare(first, second).expected
            #expect(found.map(\.cause) == [.incomplete, .draw], "\(found)")
            #expect(found[0].text.hasPrefix("The run that \(tables[0]) was exported from is not complete: 1 of 4 shards is missing"))
            // √(1/1536 − 1/2048)
            #expect(found[1].text.contains("of one plan, the fewer being a part of the others") && found[1].text.contains("by 0.013."))
        }
        // A table that the file does not know is the authors'.
        let foreign = tables[0].removingLastComponent().appending("z.csv")
        try FileManager.default.copyItem(atPath: others[0].string, toPath: foreign.string)
        let published = try compare(folder.run.path, foreign)
        #expect(published.second.tokens == nil && published.expected.map(\.cause).contains(.rotation))
    }

    @Test("are a part of the whole run's tokens, and of a smaller budget's draw not more than the same rows here and there")
    func compared() throws {
        let (folder, whole) = (try analysed(), try PlantedFolder())
        let part = try PlantedFolder { $0.tokens = .tokens(32 * 32) }
        for other in [whole, part] {
            try other.compute()
            try other.analyze()
        }
        func compare(_ first: PlantedFolder, _ second: PlantedFolder) throws -> ComparisonReport {
            try CompareResults(first: first.run.path, second: second.run.path).run()
        }
        for found in [try compare(folder, whole), try compare(whole, folder)] {
            #expect(found.expected.map(\.cause) == [.incomplete, .draw], "\(found.expected)")
            #expect(found.expected[0].text.contains("\(folder.run.path) is not complete: 1 of 4 shards is missing (shard 1 in all blocks)"))
            // √(1/1536 − 1/2048)
            #expect(found.expected[1].text.contains("the fewer being a part of the others") && found.expected[1].text.contains("by 0.013."))
        }
        #expect(try compare(folder, whole).first.incomplete == expected(folder) && compare(folder, whole).second.incomplete == nil)
        let other = try compare(folder, part).expected
        // √(1/1536 + 1/1024)
        #expect(
            other.last?.text.contains("not all of the same rows") == true && other.last?.text.contains("by 0.04 at most") == true,
            "\(other)")
        #expect(try compare(folder, folder).expected.isEmpty && compare(folder, folder).second.incomplete != nil)
    }

    @Test("are not made where others may have what is missing, unless that is asked for: the refusal says what to do")
    func refused() throws {
        let folder = try PlantedFolder()
        try folder.compute(without: [1])
        try folder.analyzeIncomplete()
        try DurableFile.replace(folder.run.reducerClaims, with: "{}")
        let refusal = PipelineError.partlyElsewhere(folder: folder.run.path, missing: ["shard 1 in all blocks"])
        #expect(throws: refusal) { try folder.analyze() }
        #expect(throws: refusal) { try MeasureSimilarity(folder: folder.run, context: folder.context()).run() }
        let (plan, request) = (try RunPlan.read(folder.run.plan), SubstitutionRequest(neurons: [NeuronPlace(layer: 0, neuron: 3)]))
        #expect(throws: refusal) { try NeuronMatches(folder: folder.run, plan: plan, context: folder.context()).question(request) }
        #expect(refusal.exitStatus == .dataError)
        for words in ["gather \(folder.run.path) --statistics`", "retry \(folder.run.path) --failed`", "--incomplete"] {
            #expect(refusal.remedy.contains(words), "\(refusal.remedy)")
        }
        #expect(try folder.analyzeIncomplete().summary.incomplete == expected(folder))
    }

    @Test("have similarities of what there is where that is asked for; of other shards they are measured again")
    func similarity() throws {
        let folder = try PlantedFolder()
        try folder.compute(without: [1])
        func measure(isIncomplete: Bool) throws -> SimilarityOutcome {
            try MeasureSimilarity(folder: folder.run, isIncomplete: isIncomplete, context: folder.context()).run()
        }
        let error = #expect(throws: PipelineError.self) { try measure(isIncomplete: false) }
        #expect(error == .incomplete(folder: folder.run.path, missing: ["shard 1 in all blocks"]))
        let found = try measure(isIncomplete: true)
        #expect(try found.incomplete == expected(folder) && found.tokens == 1_536)
        func isIncomplete() throws -> [Substring] {
            try text(folder.run.similarity).split(separator: "\n").compactMap { $0.split(separator: ",").last }
        }
        #expect(try Set(isIncomplete()) == ["incomplete", "1"])
        let parts = folder.run.similarityParts
        let plan = try RunPlan.read(folder.run.plan)
        let part = try JSONFile.read(SimilarityPart.self, from: parts.appending("a.0_b.0.json"))
        func other(without shard: Int) -> SimilarityPart {
            let lacking = [Incompleteness.Span(shard, shard)]
            return SimilarityPart(plan: plan, cutoff: LayerGeometry.usualCutoff, tokens: 1_536, lacking: [lacking, lacking, lacking])
        }
        #expect(part.kept(with: other(without: 1)) != nil && part.kept(with: other(without: 2)) == nil)
        try folder.compute()
        let whole = try measure(isIncomplete: false)
        #expect(whole.incomplete == nil && whole.tokens == 2_048)
        #expect(try Set(isIncomplete()) == ["incomplete", "0"])
    }
}
