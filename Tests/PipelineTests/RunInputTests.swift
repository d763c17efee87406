import Foundation
import Models
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("What a run's plan was made with")
struct RunInputTests {
    @Test("is missed by every reader when another corpus lies in its place")
    func otherCorpus() throws {
        let (folder, other) = (try PlantedFolder(), try PlantedFolder(rows: 32))
        try folder.compute()
        try other.plan()
        try FileManager.default.removeItem(atPath: folder.run.corpus.string)
        try FileManager.default.copyItem(atPath: other.run.corpus.string, toPath: folder.run.corpus.string)
        let changed = PipelineError.corpusChanged(folder: folder.run.corpus)
        #expect(throws: changed) { try folder.analyze() }
        #expect(throws: changed) { try RunInspection(folder.run) }
        #expect(throws: changed) { try PlanInspection(in: folder.run) }
        for task in [0, 3] {
            let map = MapTask(folder: folder.run, task: task, output: folder.path.appending("x.partial"), context: folder.context())
            #expect(throws: changed) { try map.run() }
        }
    }

    @Test("is missed by whoever computes when one token of the rows is another, whatever the record says")
    func changedRows() throws {
        let folder = try PlantedFolder()
        try folder.compute()
        let part = folder.path.appending("x.partial")
        let map = MapTask(folder: folder.run, task: 0, output: part, context: folder.context())
        #expect(try map.run() == .computed)
        try FileManager.default.removeItem(atPath: part.string)
        let tokens = URL(fileURLWithPath: folder.run.corpus.appending("tokens.npy").string)
        var bytes = try Data(contentsOf: tokens)
        // The last id, of 16 bits: it stays one that the vocabulary has.
        bytes[bytes.count - 2] ^= 1
        try bytes.write(to: tokens)
        let changed = PipelineError.corpusChanged(folder: folder.run.corpus)
        #expect(throws: changed) { try map.run() }
        #expect(throws: changed) { try folder.compute() }
        #expect(throws: changed) { try folder.plan() }
        let larger = ExtendRun(folder: folder.run, tokens: .all, context: folder.context())
        #expect(throws: changed) { try larger.run() }
        #expect(!FileManager.default.fileExists(atPath: part.string))
        // The right rows are used again.
        bytes[bytes.count - 2] ^= 1
        try bytes.write(to: tokens)
        #expect(try map.run() == .computed)
        try folder.compute()
    }

    @Test("a run is not extended to fewer tokens than it has: that is said before anything is opened, and nothing changes")
    func nothingToExtend() throws {
        let folder = try PlantedFolder()
        let planned = try folder.compute().plan.tokens
        func extend(_ tokens: TokenBudget) throws -> PlannedRun {
            try ExtendRun(folder: folder.run, tokens: tokens, context: folder.context()).run()
        }
        let plan = try Data(contentsOf: URL(fileURLWithPath: folder.run.plan.string))
        let refusal = PipelineError.nothingToExtend(folder: folder.run.path, planned: planned, asked: "\(TokenBudget.tokens(32))")
        #expect(throws: refusal) { try extend(.tokens(32)) }
        #expect(refusal.exitStatus == .usage && refusal.message.contains("\(planned) tokens already"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.run.plan.string)) == plan)
        // What a run has already completes it.
        #expect(try extend(.tokens(planned)).plan.tokens == planned && extend(.all).plan.tokens == planned)
    }

    @Test("a task outside the plan is refused, a negative one too, and even where its output exists")
    func tasks() throws {
        let folder = try PlantedFolder()
        let count = try folder.plan().tasks.count
        let output = folder.path.appending("0.partial")
        func map(_ task: Int) throws -> MapTask.Outcome {
            try MapTask(folder: folder.run, task: task, output: output, context: folder.context()).run()
        }
        #expect(try map(0) == .computed)
        #expect(try map(0) == .found)
        for task in [-1, .min, count, .max] {
            #expect(throws: PipelineError.noSuchTask(number: task, count: count)) { try map(task) }
        }
    }

    @Test("is a reason to plan again where it is damaged: nobody can fetch it")
    func damaged() throws {
        let folder = try PlantedFolder { $0.features.isEnabled = true }
        try folder.compute()
        let run = folder.run
        for file in [run.calibration, run.features, run.corpus.appending("corpus.json")] {
            let content = try Data(contentsOf: URL(fileURLWithPath: file.string))
            try DurableFile.replace(file, with: [UInt8](content.prefix(content.count / 2)))
            let error = #expect(throws: PipelineError.self) { try folder.analyze() }
            guard case .planDamaged(file, let reason) = error else {
                Issue.record("\(file): \(String(describing: error))")
                continue
            }
            #expect(!reason.isEmpty && error?.remedy == "plan again in a new folder" && error?.exitStatus == .dataError)
            try DurableFile.replace(file, with: [UInt8](content))
        }
        try folder.analyze()
        let memory = PipelineError.memoryTooSmall(offered: 1 << 30, needed: 1 << 32, block: "a.0_a.0")
        #expect(memory.remedy.contains("`examples`") && memory.remedy.contains("`chunk`"))
    }

    @Test("another feature bank is no explanation")
    func otherFeatures() throws {
        let folder = try PlantedFolder { $0.features.isEnabled = true }
        let bank = try #require(try folder.compute().features)
        #expect(try folder.analyze().explanations != nil)
        // As many columns, but other domains.
        let renamed = FeatureBank(
            token: bank.token, previous: bank.previous, positions: bank.positions, domains: bank.domains.map { $0 + "x" },
            context: bank.context)
        try renamed.write(to: folder.run.features)
        let error = #expect(throws: PipelineError.self) { try folder.analyze() }
        guard case .planDamaged(folder.run.features, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("token ids without a tokenizer have features of position and domain")
    func featuresWithoutTokenizer() throws {
        let folder = try PlantedFolder { $0.features.isEnabled = true }
        let outcome = try (folder.compute(), folder.analyze())
        let bank = try #require(outcome.0.features)
        #expect(bank.domains.count == 3 && !bank.positions.isEmpty && bank.token.columns.isEmpty)
        #expect(outcome.1.explanations?.features.count == bank.columns.count)
        let listed = try ListFeatures(
            configuration: folder.configuration, folder: folder.path.appending("rows"), context: folder.context()
        ).run()
        #expect(listed.map(\.name) == bank.columns.map(\.name))
        let domains = listed.filter { $0.name.hasPrefix("domain ") }
        // 64 rows of 32 tokens, a third of them of each domain.
        #expect(domains.map(\.occurrences) == [22 * 32, 21 * 32, 21 * 32])
        #expect(listed.first { $0.name == "position 0" }?.occurrences == 64)
    }

    @Test("rows of one token and one domain have no feature, and no feature bank")
    func noFeatures() throws {
        let folder = try PlantedFolder { $0.features.isEnabled = true }
        try NumpyWriter.write((0..<64).map { Int32($0) }, shape: [64, 1], to: folder.path.appending("tokens.npy"))
        try FileManager.default.removeItem(atPath: folder.path.appending("tokens.domains.npy").string)
        folder.configuration.shard = .tokens(16)
        let run = try folder.plan()
        #expect(run.features == nil && run.plan.numbers.features == nil)
    }

    @Test("tasks and what they send are counted shard by shard where domains are strata")
    func domainTasks() throws {
        let folder = try PlantedFolder { $0.strata = .domain }
        let run = try folder.plan()
        // Four windows of 16 rows, each with rows of all three domains.
        #expect(run.plan.windows == 4 && run.tasks.count == 12)
        #expect(run.inspection.tasks == 12 && run.inspection.shards == 12 && run.inspection.windows == 4)
        #expect(try PlanInspection(in: folder.run).tasks == 12)
        let cost = try run.cost(context: folder.context())
        let shape = run.shape(threads: 2)
        let ofShard = StoredSizes(shape.workingSet).bytes(tokens: Double(run.plan.tokens) / 12)
        #expect(cost.tasks == 12 && cost.partials == ofShard * 12)
        try FileManager.default.removeItem(atPath: folder.run.corpus.string)
        #expect(try PlanInspection(in: folder.run).tasks == nil)
    }
}
