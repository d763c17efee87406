import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models
@testable import Pipeline

@Suite("Substitution in a run's folder")
struct SubstituteJobTests {
    private static let rows = 140
    private static let places = [NeuronPlace(layer: 1, neuron: 4), NeuronPlace(layer: 0, neuron: 3)]

    /// An analysed run of two models that write to the residual stream.
    ///
    /// - Parameter areSame: whether the second model is the first once more.
    private func analysed(
        areSame: Bool = false, _ architecture: TinyModel.Architecture = .gpt2, change: (inout Configuration) -> Void = { _ in }
    ) throws -> PlantedFolder {
        let folder = try PlantedFolder(rows: Self.rows, change: change)
        try folder.replaceModels(architecture, areSame: areSame)
        try folder.compute()
        try folder.analyze()
        return folder
    }

    private func job(
        _ folder: PlantedFolder, _ request: SubstitutionRequest = SubstitutionRequest(neurons: places), tokens: TokenBudget? = .all,
        threads: Int = 2, progress: any ProgressReporter = SilentProgress(), stop: StopRequest = StopRequest()
    ) -> SubstituteJob {
        SubstituteJob(
            folder: folder.run, request: request, tokens: tokens,
            context: JobContext(team: ThreadTeam(count: threads), progress: progress, stop: stop))
    }

    /// The only answer's folder.
    private func answer(_ folder: PlantedFolder) throws -> FilePath {
        let names = try Folder.names(in: folder.run.substitution)
        try #require(names.count == 1)
        return folder.run.substitution.appending(names[0])
    }

    private func files(_ folder: PlantedFolder) throws -> [Data] {
        try ["substitution.csv", "substitution.json", "question.json"].map {
            try Data(contentsOf: URL(fileURLWithPath: answer(folder).appending($0).string))
        }
    }

    @Test(
        "a neuron that the other model has too is recovered whole, one drawn at random is not",
        arguments: [TinyModel.Architecture.gpt2, .gptNeoX])
    func same(architecture: TinyModel.Architecture) throws {
        let folder = try analysed(areSame: true, architecture)
        let request = SubstitutionRequest(neurons: (0..<10).map { NeuronPlace(layer: 1, neuron: $0) })
        let summary = try job(folder, request).run().summary
        #expect(summary.model == "a" && summary.other == "b" && summary.subjects.count == 11)
        for subject in summary.subjects.dropLast() {
            let neuron = try #require(subject.neuron)
            #expect(neuron.match.layer == neuron.place.layer && neuron.match.neuron == neuron.place.neuron)
            // Sums are rounded to the run's resolution.
            #expect(abs(neuron.correlation - 1) < 5e-3 && abs(neuron.match.slope - 1) < 5e-3)
            #expect(neuron.random.neuron != neuron.match.neuron && abs(neuron.randomCorrelation) < 0.9)
        }
        let together = try #require(summary.subjects.last)
        #expect(together.neuron == nil && summary.neurons == 10)
        let byMatch = try #require(together[.match]["kl"]).mean.value
        let byMean = try #require(together[.mean]["kl"]).mean.value
        let byRandom = try #require(together[.random]["kl"]).mean.value
        #expect(byMatch >= -1e-7 && byMatch < 1e-3 * byMean && byRandom > 0.1 * byMean, "\(byMatch) \(byMean) \(byRandom)")
    }

    @Test("are the same bits on any number of threads, and are not computed twice")
    func sameBits() throws {
        let folder = try analysed()
        let outcome = try job(folder, threads: 1).run()
        let expected = try files(folder)
        #expect(outcome.computedRows == Self.rows && outcome.summary.subjects.map(\.neuron?.place.layer) == [0, 1, nil])
        #expect(outcome.summary.tokens == Self.rows * (PlantedModel.positions - 2))
        for threads in 2...3 {
            try FileManager.default.removeItem(atPath: folder.run.substitution.string)
            #expect(try job(folder, threads: threads).run().computedRows == Self.rows)
            #expect(try files(folder) == expected)
        }
        #expect(try job(folder).run().computedRows == 0)
        #expect(try files(folder) == expected)
    }

    @Test("stopped in the middle, and asked for more tokens, go on with the rows that are missing")
    func stopped() throws {
        let folder = try analysed()
        _ = try job(folder).run()
        let expected = try files(folder)
        try FileManager.default.removeItem(atPath: folder.run.substitution.string)
        let stop = StopRequest()
        #expect(throws: PipelineError.stopped) {
            _ = try job(folder, threads: 1, progress: Interruption(after: 70, stop), stop: stop).run()
        }
        #expect(try Folder.names(in: answer(folder).appending("batches")) == ["0.npz"])
        #expect(try job(folder, tokens: .tokens(70 * PlantedModel.positions)).run().computedRows == 6)
        #expect(try job(folder).run().computedRows == Self.rows - 64)
        #expect(try files(folder) == expected)
    }

    @Test("β and means are those of the run's matrices and moments, in both directions")
    func fits() throws {
        let folder = try analysed()
        for (model, other) in [("a", "b"), ("b", "a")] {
            let request = SubstitutionRequest(neurons: Self.places, model: model, from: other)
            let plan = try RunPlan.read(folder.run.plan)
            let question = try NeuronMatches(folder: folder.run, plan: plan, context: folder.context()).question(request)
            #expect(question.model == model && question.other == other && question.neurons.map(\.place.layer) == [0, 1])
            let input = try AnalyzeRun(folder: folder.run, context: folder.context()).input(of: plan)
            let statistics = try plan.statistics(in: input.snapshot, calibrationOf: folder.run)
            for neuron in question.neurons {
                let (own, others) = (plan.layout.groups(of: "a"), plan.layout.groups(of: "b"))
                let (row, column) = model == "a" ? (neuron.place.layer, neuron.match.layer) : (neuron.match.layer, neuron.place.layer)
                let block = try #require(plan.layout.block(rows: own[row], columns: others[column]))
                var correlations = [Double](repeating: 0, count: 400)
                try statistics.exactCorrelations(of: block, over: .all(2), into: &correlations)
                let moments = try statistics.moments(of: block, over: .all(2))
                func figures(_ partner: NeuronSubstitution.Source) -> (correlation: Double, slope: Double, mean: Double) {
                    let (x, y) = model == "a" ? (neuron.place.neuron, partner.neuron) : (partner.neuron, neuron.place.neuron)
                    let (variances, otherVariances) = (moments.rows.variance[x], moments.columns.variance[y])
                    let ratio = model == "a" ? variances / otherVariances : otherVariances / variances
                    let correlation = correlations[x * 20 + y]
                    return (
                        correlation, correlation * ratio.squareRoot(), model == "a" ? moments.columns.mean[y] : moments.rows.mean[x]
                    )
                }
                let (match, random) = (figures(neuron.match), figures(neuron.random))
                #expect(neuron.correlation == match.correlation && neuron.randomCorrelation == random.correlation)
                #expect(neuron.match.slope == match.slope && neuron.match.mean == match.mean)
                #expect(neuron.random.slope == random.slope && neuron.random.mean == random.mean)
                // The best of its layer.
                #expect(neuron.correlation >= random.correlation)
            }
        }
    }

    @Test("is refused before the run is complete, with the command that completes it")
    func incomplete() throws {
        let folder = try PlantedFolder(rows: Self.rows)
        try folder.replaceModels()
        func refusal() throws -> PipelineError {
            let error = try #require(throws: PipelineError.self) { try job(folder).run() }
            #expect(error.remedy.contains("`universal-neurons resume \(folder.run.path)` completes the run"), "\(error.remedy)")
            return error
        }
        try folder.compute(without: [1])
        #expect(try refusal() == .resultsMissing(folder: folder.run.path))
        try folder.analyzeIncomplete()
        #expect(try refusal() == .incomplete(folder: folder.run.path, missing: ["shard 1 in all blocks"]))
        #expect(!folder.holds("substitution"))
    }

    @Test("an extended run's neuron has each answer once, of the run as it is, and what was asked before is marked as earlier")
    func extended() throws {
        let folder = try analysed { $0.tokens = .tokens(64 * PlantedModel.positions) }
        let (few, some) = (TokenBudget.tokens(64 * PlantedModel.positions), TokenBudget.tokens(100 * PlantedModel.positions))
        func mean(_ neurons: [NeuronPlace], _ tokens: TokenBudget) throws {
            let request = InterventionRequest(neurons: neurons, kind: .mean)
            _ = try InterveneJob(folder: folder.run, request: request, tokens: tokens, context: folder.context()).run()
        }
        func change(_ neurons: [NeuronPlace], _ tokens: TokenBudget) throws {
            let request = InterventionRequest(neurons: neurons, values: [1])
            _ = try InterveneJob(folder: folder.run, request: request, tokens: tokens, context: folder.context()).run()
        }
        /// Tokens, run_tokens and state of the rows of a neuron.
        func rows(_ table: String, _ place: NeuronPlace) throws -> [[TableCell]] {
            let tables = try NeuronInspection(layer: place.layer, neuron: place.neuron, in: folder.run).tables
            guard let found = tables?.first(where: { $0.table == table }) else { return [] }
            let columns = try ["tokens", "run_tokens", "state"].map { try #require(found.columns.firstIndex(of: $0)) }
            return found.rows.map { row in columns.map { row[$0] } }
        }
        // All but the first and the last of a row.
        func counted(_ rows: Int) -> TableCell { .integer(rows * (PlantedModel.positions - 2)) }
        let before = try RunPlan.read(folder.run.plan).tokens
        try mean(Self.places, some)
        try change(Self.places, few)
        try change([Self.places[0]], some)
        _ = try job(folder, tokens: some).run()
        let asked: [TableCell] = [counted(100), .integer(before), .text("current")]
        func expectInterventions(of place: NeuronPlace, _ expected: [[TableCell]]) throws {
            let found = try rows("interventions.csv", place)
            #expect(found.count == expected.count && Set(found) == Set(expected))
        }
        try expectInterventions(of: Self.places[1], [[counted(64), .empty, .empty], asked])
        for place in Self.places { #expect(try rows("substitution.csv", place) == [asked]) }

        _ = try ExtendRun(folder: folder.run, tokens: .all, context: folder.context()).run()
        // The matches that are here are still of fewer tokens than the sums.
        try #require(folder.holds("summary.json"))
        #expect(throws: PipelineError.resultsMissing(folder: folder.run.path)) { try job(folder, tokens: some).run() }
        try folder.analyze()
        let after = try RunPlan.read(folder.run.plan).tokens
        #expect(before == 64 * PlantedModel.positions && after == Self.rows * PlantedModel.positions)
        let earlier: [TableCell] = [counted(100), .integer(before), .text("earlier")]
        for place in Self.places { #expect(try rows("substitution.csv", place) == [earlier]) }
        try mean([Self.places[0]], few)
        _ = try job(folder, SubstitutionRequest(neurons: [Self.places[0]]), tokens: few).run()
        let current: [TableCell] = [counted(64), .integer(after), .text("current")]
        #expect(try rows("substitution.csv", Self.places[0]) == [current] && rows("substitution.csv", Self.places[1]) == [earlier])
        // A change to a value is the same in each state: the one over most tokens, once.
        try expectInterventions(of: Self.places[0], [[counted(100), .empty, .empty], current])
        try expectInterventions(of: Self.places[1], [[counted(64), .empty, .empty], earlier])
        #expect(try Folder.names(in: folder.run.interventions).count == 4 && Folder.names(in: folder.run.substitution).count == 2)
    }

    @Test("neurons, models and pairs that there are not are refused before anything is written, and the neuron's page has the answer")
    func refused() throws {
        let folder = try analysed()
        #expect(throws: PipelineError.noSuchNeuron(layer: 2, neuron: 0, model: "a", layers: 2, width: 20)) {
            _ = try job(folder, SubstitutionRequest(neurons: [NeuronPlace(layer: 2, neuron: 0)])).run()
        }
        #expect(throws: PipelineError.noSuchModel(model: "z", folder: folder.run.path, models: ["a", "b"])) {
            _ = try job(folder, SubstitutionRequest(neurons: Self.places, from: "z")).run()
        }
        #expect(throws: PipelineError.noSuchPair(pair: "a-a", folder: folder.run.path, pairs: ["a-b"])) {
            _ = try job(folder, SubstitutionRequest(neurons: Self.places, from: "a")).run()
        }
        #expect(throws: PipelineError.noReference(model: "b", folder: folder.run.path, references: ["a"])) {
            _ = try job(folder, SubstitutionRequest(model: "b")).run()
        }
        #expect(!folder.holds("substitution"))
        let summary = try job(folder, tokens: .tokens(200)).run().summary
        let plan = try RunPlan.read(folder.run.plan)
        #expect(
            try SubstitutionAnswers.read(in: folder.run, of: plan).map { try JSONFile.encode($0.summary) } == [JSONFile.encode(summary)])
        let tables = try #require(try NeuronInspection(layer: 1, neuron: 4, in: folder.run).tables)
        #expect(tables.filter { $0.table == "substitution.csv" }.map(\.rows.count) == [1])
    }
}
