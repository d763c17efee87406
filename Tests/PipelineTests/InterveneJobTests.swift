import FaultInjection
import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models
@testable import Pipeline

@Suite("Interventions in a run's folder")
struct InterveneJobTests {
    /// Of 64 rows each, and one of 12.
    private static let rows = 140

    private static let request = InterventionRequest(
        neurons: [NeuronPlace(layer: 1, neuron: 4), NeuronPlace(layer: 0, neuron: 3), NeuronPlace(layer: 1, neuron: 4)], values: [2, 0],
        frozen: [.nothing, .norm])

    /// A plan of two models that write to the residual stream; nothing is computed.
    private func planned(_ architecture: TinyModel.Architecture = .gpt2) throws -> PlantedFolder {
        let folder = try PlantedFolder(rows: Self.rows)
        try folder.replaceModels(architecture)
        try folder.plan()
        return folder
    }

    private func job(
        _ folder: PlantedFolder, _ request: InterventionRequest = request, tokens: TokenBudget? = .all, threads: Int = 2,
        progress: any ProgressReporter = SilentProgress(), stop: StopRequest = StopRequest()
    ) -> InterveneJob {
        InterveneJob(
            folder: folder.run, request: request, tokens: tokens,
            context: JobContext(team: ThreadTeam(count: threads), progress: progress, stop: stop))
    }

    private func answer(_ folder: PlantedFolder) throws -> FilePath { try answer(folder.run) }

    private func answer(_ run: RunFolder) throws -> FilePath {
        let names = try Folder.names(in: run.interventions)
        try #require(names.count == 1)
        return run.interventions.appending(names[0])
    }

    /// Changes members of a file of JSON.
    private func edit(_ file: FilePath, change: (inout [String: Any]) -> Void) throws {
        let bytes = try MappedFile(file).withBytes { Data($0) }
        var members = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        change(&members)
        try DurableFile.replace(file, with: String(decoding: try JSONSerialization.data(withJSONObject: members), as: UTF8.self))
    }

    private func files(_ folder: PlantedFolder) throws -> [Data] { try files(folder.run) }

    private func files(_ run: RunFolder) throws -> [Data] {
        let path = try answer(run)
        return try ["interventions.csv", "interventions.json", "question.json"].map {
            try Data(contentsOf: URL(fileURLWithPath: path.appending($0).string))
        }
    }

    @Test("are the same bits on 1, 2 and 3 threads, and once more without computing", arguments: [TinyModel.Architecture.gpt2, .gptNeoX])
    func sameBits(architecture: TinyModel.Architecture) throws {
        let folder = try planned(architecture)
        let outcome = try job(folder, threads: 1).run()
        let expected = try files(folder)
        #expect(outcome.computedRows == Self.rows && outcome.summary.rows == Self.rows)
        #expect(outcome.summary.tokens == Self.rows * (PlantedModel.positions - 2) && outcome.summary.model == "a")
        // Both neurons once, in order, with each value and each part that is frozen.
        #expect(outcome.summary.conditions.map(\.condition.layer) == [0, 0, 0, 0, 1, 1, 1, 1])
        #expect(outcome.summary.conditions.map(\.condition.intervention.value) == [0, 0, 2, 2, 0, 0, 2, 2])
        #expect(outcome.summary.conditions.contains { abs($0[.loss]?.change?.value ?? 0) > 1e-4 })
        for threads in 2...3 {
            try FileManager.default.removeItem(atPath: folder.run.interventions.string)
            #expect(try job(folder, threads: threads).run().computedRows == Self.rows)
            #expect(try files(folder) == expected)
        }
        #expect(try job(folder).run().computedRows == 0)
        #expect(try files(folder) == expected)
    }

    @Test("stopped in the middle go on with the batches that are missing, to the same bits")
    func stopped() throws {
        let folder = try planned()
        _ = try job(folder).run()
        let expected = try files(folder)
        try FileManager.default.removeItem(atPath: folder.run.interventions.string)
        let stop = StopRequest()
        #expect(throws: PipelineError.stopped) {
            _ = try job(folder, threads: 1, progress: Interruption(after: 70, stop), stop: stop).run()
        }
        let path = try answer(folder)
        #expect(try Folder.names(in: path.appending("batches")) == ["0.npz"])
        #expect(!Folder.holdsFile(path.appending("interventions.csv")))
        #expect(try job(folder).run().computedRows == Self.rows - 64)
        #expect(try files(folder) == expected)
    }

    @Test(
        "with more tokens go on behind what is there, with fewer take a part of it and leave the table, and compute again what is damaged")
    func budgets() throws {
        let folder = try planned()
        let few = TokenBudget.tokens(70 * PlantedModel.positions - 5)
        let first = try job(folder, tokens: few).run()
        #expect(first.summary.rows == 70 && first.tableTokens == nil)
        let ofFew = try files(folder)
        let all = try job(folder).run()
        #expect(all.computedRows == Self.rows - 64 && all.tableTokens == nil)
        let ofAll = try files(folder)
        let part = try job(folder, tokens: few).run()
        #expect(part.computedRows == 0 && part.tableTokens == all.summary.tokens)
        #expect(try JSONFile.encode(part.summary) == JSONFile.encode(first.summary) && files(folder) == ofAll)
        // One that nobody can read is no more than this one.
        try DurableFile.replace(try answer(folder).appending("interventions.json"), with: "{}")
        #expect(try job(folder, tokens: few).run().tableTokens == nil)
        #expect(try files(folder) == ofFew)
        let batch = try answer(folder).appending("batches/1.npz")
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: batch.string))
        #expect(try job(folder).run().computedRows == 64)
        #expect(try files(folder) == ofAll)
        // Those of another question beside them.
        var other = Self.request
        other.values = [1]
        #expect(try job(folder, other, tokens: few).run().computedRows == 70)
        #expect(try Folder.names(in: folder.run.interventions).count == 2)
    }

    @Test("end with the same bits whichever operation was the last before the power went")
    func powerLoss() throws {
        let folder = try planned()
        let request = InterventionRequest(neurons: [NeuronPlace(layer: 1, neuron: 4)], values: [2])
        func run(on disk: any FileLayer = LocalFiles()) throws {
            // One thread: the order of operations is always the same.
            let context = JobContext(team: ThreadTeam(count: 1), files: disk)
            _ = try InterveneJob(
                folder: folder.run, request: request, tokens: .tokens(70 * PlantedModel.positions), context: context
            ).run()
        }
        let counting = FaultyFiles(.failure, at: .max)
        try run(on: counting)
        let expected = try files(folder)
        #expect(counting.count > 20)
        for position in 1...counting.count {
            try FileManager.default.removeItem(atPath: folder.run.interventions.string)
            let faulty = FaultyFiles(.powerLossLosingNames, at: position)
            #expect(throws: (any Error).self, "operation \(position)") { try run(on: faulty) }
            try faulty.restart()
            try run()
            #expect(try files(folder) == expected, "operation \(position)")
        }
    }

    @Test("answers are read again as they were given, those of another plan and what is not answered yet are left out")
    func read() throws {
        let folder = try planned()
        let plan = try RunPlan.read(folder.run.plan)
        #expect(try InterventionAnswers.read(in: folder.run, of: plan).isEmpty)
        let given = try job(folder, tokens: .tokens(200)).run().summary
        let found = try InterventionAnswers.read(in: folder.run, of: plan)
        #expect(try found.map { try JSONFile.encode($0.summary) } == [JSONFile.encode(given)])
        #expect(found.map(\.state) == [nil] && found.map(\.neurons) == [Set(Self.request.neurons)])
        let path = try answer(folder)
        let question = path.appending("question.json")
        // One of another form says nothing of its means.
        try edit(question) { $0["question"] = ["model": "a"] }
        #expect(try InterventionAnswers.read(in: folder.run, of: plan).map(\.state) == [.unknown])
        _ = try job(folder, tokens: .tokens(200)).run()
        #expect(try InterventionAnswers.read(in: folder.run, of: plan).map(\.state) == [nil])
        let text = String(decoding: try MappedFile(question).withBytes { Array($0) }, as: UTF8.self)
        try DurableFile.replace(question, with: text.replacingOccurrences(of: plan.identity.hex, with: String(repeating: "0", count: 64)))
        #expect(try InterventionAnswers.read(in: folder.run, of: plan).isEmpty)
        try DurableFile.replace(question, with: text)
        try FileManager.default.removeItem(atPath: path.appending("interventions.json").string)
        #expect(try InterventionAnswers.read(in: folder.run, of: plan).isEmpty)
        try DurableFile.replace(path.appending("interventions.json"), with: "{}")
        #expect(throws: StorageError.self) { _ = try InterventionAnswers.read(in: folder.run, of: plan) }
    }

    @Test("the mean is the calibration's before the run has its sums")
    func mean() throws {
        let folder = try planned()
        let request = InterventionRequest(neurons: [NeuronPlace(layer: 1, neuron: 7)], kind: .mean)
        let outcome = try job(folder, request, tokens: .tokens(100)).run()
        let calibration = try PlannedRun.open(folder.run, context: folder.context()).calibration
        #expect(outcome.summary.conditions.map(\.condition.intervention) == [Intervention(.mean, value: calibration.groups[1].mean[7])])
        #expect(outcome.summary.mean == .provisional)
        let plan = try RunPlan.read(folder.run.plan)
        func states() throws -> [AnswerState?] { try InterventionAnswers.read(in: folder.run, of: plan).map(\.state) }
        #expect(try states() == [.provisional])
        // As it was kept before questions named the origin.
        try edit(try answer(folder).appending("question.json")) { file in
            var question = file["question"] as? [String: Any]
            #expect(question?.removeValue(forKey: "mean") as? String == "provisional")
            file["question"] = question
        }
        #expect(try states() == [.provisional])
        #expect(try job(folder, tokens: .tokens(100)).run().summary.mean == nil)
    }

    @Test("the mean is that of all counted tokens once the run has the sums of all shards", arguments: ["a", "b"])
    func exactMean(model: String) throws {
        let folder = try planned()
        try folder.compute(without: [2])
        let places = [NeuronPlace(layer: 0, neuron: 3), NeuronPlace(layer: 1, neuron: 7)]
        let request = InterventionRequest(neurons: places, kind: .mean, model: model)
        // Sums of some shards are no better.
        #expect(try job(folder, request, tokens: .tokens(100)).run().summary.mean == .provisional)
        try folder.compute()
        let outcome = try job(folder, request, tokens: .tokens(100)).run()
        #expect(outcome.summary.mean == .exact && outcome.computedRows > 0)
        #expect(try Folder.names(in: folder.run.interventions).count == 2)
        func exact() throws -> KeptAnswer<InterventionSummary>? {
            try InterventionAnswers.read(in: folder.run, of: RunPlan.read(folder.run.plan)).first { $0.summary.mean == .exact }
        }
        #expect(try exact()?.state == .current)
        // Asked by somebody whose plan is of another budget, or of whom nobody knows it.
        for (tokens, state) in [(64, AnswerState.earlier), (nil, .unknown), (1 << 40, .later)] as [(Int?, AnswerState)] {
            let asked = try job(folder, request, tokens: .tokens(100)).askedElsewhere()
            let other = try AskedQuestion(asked.question, rows: asked.rows, of: asked.plan, in: folder.run, runTokens: tokens)
            _ = try other.measure(context: folder.context()) { _ in Issue.record("all is measured") }
            #expect(try exact()?.state == state && exact()?.runTokens == tokens)
        }
        // By the activations themselves, of every row.
        let plan = try RunPlan.read(folder.run.plan)
        let planned = try #require(plan.numbers.models.first { $0.id == model })
        let (corpus, context) = (try plan.openCorpus(in: folder.run), folder.context())
        let activations = WindowActivations(
            model: try TransformerModel(
                id: model, folder: try ModelFinder(context: context).open(planned, of: plan), throughLayer: 1, team: context.team),
            corpus: corpus, context: context)
        for (place, condition) in zip(places, outcome.summary.conditions) {
            let values = try activations.values(
                of: (0..<corpus.rowCount).map { .init(neuron: place, window: TokenWindow(row: $0, first: 0, count: corpus.context)) }
            ).joined()
            let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
            let found = Double(try #require(condition.condition.intervention.value))
            // The sums are of steps of 2⁻ᵏ of a deviation: no bias, and thousands of tokens.
            #expect(abs(found - mean) < 1e-4, "\(place)")
        }
    }

    @Test("token frequencies are those of the corpus, and their divergence is measured where they are asked for")
    func frequencies() throws {
        let folder = try planned()
        var request = Self.request
        request.frozen = [.nothing, .frequency]
        let outcome = try job(folder, request, tokens: .tokens(64)).run()
        #expect(outcome.summary.measures.last == .divergence)
        #expect(outcome.summary.conditions.allSatisfy { ($0[.divergence]?.mean.value ?? -1) >= 0 })
    }

    @Test("neurons, models and tokens that there are not are refused before anything is written")
    func refused() throws {
        let folder = try planned()
        for (layer, neuron) in [(2, 0), (0, 20)] {
            let request = InterventionRequest(neurons: [NeuronPlace(layer: layer, neuron: neuron)])
            #expect(throws: PipelineError.noSuchNeuron(layer: layer, neuron: neuron, model: "a", layers: 2, width: 20)) {
                _ = try job(folder, request).run()
            }
        }
        var foreign = Self.request
        foreign.model = "z"
        let error = try #require(throws: PipelineError.self) { _ = try job(folder, foreign).run() }
        #expect(error.message.contains("has no model 'z': it has a, b") && error.exitStatus == .usage)
        let tokens = Self.rows * PlantedModel.positions
        let few = try #require(throws: PipelineError.self) { _ = try job(folder, tokens: .tokens(tokens + 1)).run() }
        #expect(few.message.contains("140 rows of 32 tokens, fewer than the \(tokens + 1) tokens") && few.exitStatus == .dataError)
        #expect(!folder.holds("interventions"))
        #expect(try job(folder, tokens: nil).run().summary.rows == Self.rows)
        let lock = try FolderLock(try answer(folder))
        try withExtendedLifetime(lock) {
            let locked = try #require(throws: StorageError.self) { _ = try job(folder).run() }
            guard case .locked = locked else {
                Issue.record("\(locked)")
                return
            }
        }
    }

    @Test("are the same bits with sums that come from elsewhere, in a folder that has the plan alone; what has come is not asked for again")
    func brought() throws {
        let folder = try planned()
        let asked = try job(folder).askedElsewhere()
        #expect(try asked.batches.map(\.positions) == [0..<64, 64..<128, 128..<140] && asked.missingRows() == Self.rows)
        _ = try job(folder).run()
        #expect(try asked.missingRows() == 0)
        let other = RunFolder(folder.path.appending("other"))
        try LocalFiles().createFolder(other.path)
        try FileManager.default.copyItem(atPath: folder.run.plan.string, toPath: other.plan.string)
        let there = try InterveneJob(folder: other, request: Self.request, tokens: .all, context: folder.context()).askedElsewhere()
        #expect(there.identity == asked.identity && there.rows == Self.rows)
        struct Lost: Error {}
        #expect(throws: Lost.self) {
            _ = try there.keep(context: folder.context(), computedRows: Self.rows) { batch in
                guard batch.index == 0 else { throw Lost() }
                return try #require(try asked.sums(of: batch))
            }
        }
        #expect(try there.missingRows() == Self.rows - 64)
        var brought: [Int] = []
        let outcome = try there.keep(context: folder.context(), computedRows: Self.rows - 64) { batch in
            brought.append(batch.index)
            return try #require(try asked.sums(of: batch))
        }
        #expect(brought == [1, 2] && outcome.computedRows == Self.rows - 64)
        #expect(try files(other) == files(folder))
    }

    @Test("a model without unembedding is refused by name")
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
        try NumpyWriter.write((0..<64 * 16).map { Int32($0 * 7 % 61) }, shape: [64, 16], to: folder.path.appending("tokens.npy"))
        folder.configuration.shard = .tokens(16 * 16)
        try folder.plan()
        #expect(throws: ModelError.noUnembedding(model: "a")) { _ = try job(folder).run() }
        #expect(!folder.holds("interventions"))
    }
}
