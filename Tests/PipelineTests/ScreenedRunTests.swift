import Analysis
import Foundation
import Storage
import Synchronization
import SystemPackage
import Testing

@testable import Pipeline
@testable import Statistics

@Suite("A screened run")
struct ScreenedRunTests {
    typealias Fixture = ConfigurationFixture

    private static func screening(pilot: Int, candidates: Int? = nil) -> StatisticsPrecision {
        var settings = ScreeningSettings()
        settings.pilot = pilot
        settings.candidates = candidates
        return .screening(settings)
    }

    @Test("is asked for by precision: screening, with its settings or without")
    func configuration() throws {
        #expect(try Fixture.adding("precision: screening").precision == .screening(ScreeningSettings()))
        #expect(try Fixture.adding("precision: {screening: {pilot: 1M}}").precision == Self.screening(pilot: 1_000_000))
        #expect(try Fixture.adding("precision: {screening: {candidates: auto}}").precision == .screening(ScreeningSettings()))
        let all = try Fixture.adding("precision: {screening: {pilot: 50k, candidates: 7, confidence: 0.99}}")
        var settings = ScreeningSettings()
        (settings.pilot, settings.candidates, settings.confidence) = (50_000, 7, 0.99)
        #expect(all.precision == .screening(settings))
        for precision in [all.precision, .screening(ScreeningSettings())] {
            var configuration = try Fixture.parse(Fixture.text)
            configuration.precision = precision
            let bytes = try JSONFile.encode(configuration)
            let read = try bytes.withUnsafeBytes { try JSONFile.decode(Configuration.self, from: $0, of: "configuration.json") }
            #expect(read.precision == precision)
        }
    }

    @Test(
        "is refused with line and key for what is no such setting",
        arguments: [
            "precision: {screening: {pilot: 0}}", "precision: {screening: {pilot: many}}", "precision: {screening: {candidates: 0}}",
            "precision: {screening: {candidates: few}}", "precision: {screening: {confidence: 1}}", "precision: {screening: {k: 5}}",
            "precision: {screening: 200k}", "precision: {screening: {pilot: 200k}, int8: 7}", "precision: screened", "screening: 200k",
        ])
    func errors(line: String) {
        let message = Fixture.error { try Fixture.adding(line) }?.message
        #expect(message?.hasPrefix("/runs/study.yaml:10: ") == true, "\(message ?? "no error")")
    }

    @Test("takes as its pilot whole shards, as many of each replicate")
    func pilotWindows() {
        var settings = ScreeningSettings()
        settings.pilot = 200_000
        #expect(settings.pilotWindows(windowTokens: 65_536, replicates: 4) == 4)
        #expect(settings.pilotWindows(windowTokens: 10_000, replicates: 4) == 20)
        #expect(settings.pilotWindows(windowTokens: 9_999, replicates: 4) == 24)
        #expect(settings.pilotWindows(windowTokens: 1 << 30, replicates: 4) == 4)
    }

    // MARK: - What it finds

    private func models() -> [(String, PlantedModel)] {
        let a = PlantedModel(seed: 1, embedding: 100)
        var (b, c) = (PlantedModel(seed: 2, embedding: 100), PlantedModel(seed: 3, embedding: 100))
        b.plant(0, 17, as: a, 0, 3)
        c.plant(1, 2, as: a, 0, 3)
        b.plant(1, 6, as: a, 1, 5, noise: 0.1)
        c.plant(1, 19, as: a, 1, 5, noise: 0.1)
        // In one of the other models only: not universal.
        b.plant(1, 10, as: a, 1, 8)
        return [("a", a), ("b", b), ("c", c)]
    }

    @Test(
        "finds the neurons that were made to correspond, with the correlations and baselines that an exact run has about",
        arguments: [3, nil])
    func found(candidates: Int?) throws {
        let exact = try PlantedRun(models: models()).outcome
        let screened = try PlantedRun(models: models()) { $0.precision = Self.screening(pilot: 4_096, candidates: candidates) }.outcome
        let (x, y) = (exact.result, screened.result)
        #expect(y.isUniversal.indices.filter { y.isUniversal[$0] } == [3, 25])
        #expect(y.isUniversal == x.isUniversal && y.tokens == x.tokens)
        for (x, y) in zip(x.matches, y.matches) {
            for neuron in [3, 25, 28] {
                #expect(x.partner[neuron] == y.partner[neuron])
                #expect(abs(x.best[neuron] - y.best[neuron]) < 1e-4)
            }
            // Of all others too, best partners are about as good, and never better.
            #expect(zip(x.best, y.best).allSatisfy { $1 < $0 + 1e-4 && $1 > $0 - 0.05 })
        }
        #expect(abs(x.baseline.meanBaseline.value - y.baseline.meanBaseline.value) < 0.02)
        #expect(y.baseline.excessStandardError?.allSatisfy { $0 > 0 && $0 < 0.2 } == true)
        #expect(x.screening == nil && exact.summary.screening == nil)
        let finding = try #require(screened.summary.screening)
        #expect(finding.pilotTokens == 4_096 && screened.summary.tokens == 8_192)
        #expect(finding.mostCandidates <= (candidates ?? 40) && finding.meanCandidates >= Double(candidates ?? 8))
        #expect((0...1).contains(finding.missed) && (0...0.01).contains(finding.missedAbove ?? -1))
        #expect(finding.silentInPilot == 0)
        #expect((finding.baselineBias ?? -1) > 0 && (finding.baselineBias ?? 1) < 0.05)
    }

    @Test("expects to miss fewer best partners the more candidates there are, and misses about as many")
    func missed() throws {
        let exact = try PlantedRun(models: models()).outcome.result
        func screened(_ candidates: Int) throws -> (expected: Double, found: Int) {
            let result = try PlantedRun(models: models()) { $0.precision = Self.screening(pilot: 4_096, candidates: candidates) }.outcome
                .result
            let missed = zip(exact.matches, result.matches).reduce(0) { sum, pair in
                sum + pair.0.best.indices.count { pair.1.best[$0] < pair.0.best[$0] - 1e-5 }
            }
            return (try #require(result.screening).missed * 80, missed)
        }
        let (one, six) = (try screened(1), try screened(6))
        #expect(one.expected > 1 && six.expected < one.expected / 4)
        // Half of the tokens are the pilot's; the estimate is cautious.
        #expect(Double(one.found) < one.expected + 4 && Double(six.found) < six.expected + 2)
    }

    @Test("with every partner as a candidate finds what an exact run finds")
    func everyPartner() throws {
        let exact = try PlantedRun(models: models()) { $0.pairs = .all }.outcome.result
        let screened = try PlantedRun(models: models()) {
            $0.pairs = .all
            $0.precision = Self.screening(pilot: 4_096, candidates: 4_096)
        }.outcome.result
        for (x, y) in zip(exact.matches, screened.matches) {
            #expect(zip(x.best, y.best).allSatisfy { abs($0 - $1) < 2e-5 })
            #expect(zip(x.crossfit ?? [], y.crossfit ?? []).allSatisfy { abs($0 - $1) < 1e-4 } && x.crossfit?.count == y.crossfit?.count)
            #expect(zip(x.bestStandardError ?? [], y.bestStandardError ?? []).allSatisfy { abs($0 - $1) < 1e-4 })
        }
        #expect(screened.screening?.missed == 0)
        #expect(exact.pairs.map(\.name) == screened.pairs.map(\.name))
        for (x, y) in zip(exact.pairs, screened.pairs) {
            for (x, y) in [(x.forward, y.forward), (x.backward, y.backward)] {
                #expect(x.partners.highest.length == y.partners.highest.length)
                #expect(zip(x.partners.highest.values, y.partners.highest.values).allSatisfy { abs($0 - $1) < 2e-5 })
            }
        }
    }

    // MARK: - Same bits

    /// What two runs must agree in.
    private struct Bits: Equatable {
        let identity: Digest
        let statistics: String
        let neurons: [UInt8]
        let pair: [UInt8]

        init(_ outcome: AnalysisOutcome) throws {
            identity = outcome.plan.identity
            statistics = outcome.summary.statisticsSHA256
            func bytes(_ path: FilePath) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path.string))) }
            neurons = try bytes(outcome.folder.neurons)
            pair = try bytes(outcome.folder.pairs.appending("a-b.npz"))
        }
    }

    private func folder() throws -> PlantedFolder {
        try PlantedFolder(rows: 128) { $0.precision = Self.screening(pilot: 1_024, candidates: 4) }
    }

    @Test("has the bits of a fresh run when it is extended, stopped and resumed, or computed task by task")
    func sameBits() throws {
        let whole = try folder()
        try whole.compute()
        let expected = try Bits(try whole.analyze())

        let extended = try folder()
        extended.configuration.tokens = .tokens(2_048)
        try extended.compute()
        let first = try Bits(try extended.analyze())
        #expect(first.identity == expected.identity && first.statistics != expected.statistics)
        _ = try ExtendRun(folder: extended.run, tokens: .all, context: extended.context()).run()
        #expect(try Bits(try extended.analyze()) == expected)

        // Stopped after each piece of work, in the pilot and behind it, until nothing stops it any more.
        let stopped = try folder()
        var attempts = 0
        while attempts < 200 {
            attempts += 1
            let stop = StopRequest()
            do {
                let context = stopped.context(progress: StoppingProgress(stop, after: 1 + attempts / 4), stop: stop)
                _ = try RunJob(configuration: stopped.configuration, folder: stopped.run, context: context).run()
                break
            } catch PipelineError.stopped {}
        }
        #expect((5..<200).contains(attempts), "\(attempts)")
        #expect(try Bits(try stopped.analyze()) == expected)
        // Analysed again, also by others than those who computed the pilot: the same.
        try FileManager.default.removeItem(atPath: stopped.run.pilot.summaries.string)
        #expect(try Bits(try stopped.analyze()) == expected)
    }

    @Test("is planned in two stages, each for any engine: first the pilot, then with its statistics the run")
    func stages() throws {
        let whole = try folder()
        try whole.compute()
        let expected = try Bits(try whole.analyze())

        let staged = try folder()
        func computeTasks(of run: RunFolder) throws {
            let planned = try PlannedTasks(in: run)
            let parts = run.path.appending("parts")
            for entry in planned.entries.reversed() {
                _ = try MapTask(
                    folder: run, task: entry.task, output: parts.appending("\(entry.task).partial"), context: staged.context()
                ).run()
            }
            let files = planned.entries.map { parts.appending("\($0.task).partial") }
            #expect(planned.missing(in: parts).isEmpty)
            _ = try ReducePartials(folder: run, inputs: files, target: .store(run.store), context: staged.context()).run()
        }
        let pilot = try staged.plan()
        #expect(pilot.folder == staged.run.pilot && !staged.run.hasPlan)
        #expect(pilot.plan.tokens == 1_024 && pilot.plan.numbers.screening == nil)
        // As long as the pilot lacks anything, it is the pilot's plan.
        #expect(try staged.plan().folder == staged.run.pilot)
        #expect(throws: PipelineError.pilotIncomplete(folder: staged.run.path)) { try staged.analyze() }
        try computeTasks(of: staged.run.pilot)
        let run = try staged.plan()
        #expect(run.folder == staged.run && run.plan.tokens == 4_096 && run.plan.numbers.screening?.pilotWindows == 2)
        try computeTasks(of: staged.run)
        #expect(try Bits(try staged.analyze()) == expected)
        // The pilot is a run of its own.
        let alone = try AnalyzeRun(folder: staged.run.pilot, context: staged.context()).run()
        #expect(alone.summary.tokens == 1_024 && alone.summary.screening == nil)
    }

    @Test("has the pilot's folder to itself before it puts anything there")
    func pilotLock() throws {
        let folder = try folder()
        try LocalFiles().createFolder(folder.run.pilot.path)
        _ = try FolderLock(folder.run.path)
        var other: FolderLock? = try FolderLock(folder.run.pilot.path)
        let error = #expect(throws: StorageError.self) { try folder.plan() }
        guard case .locked(folder.run.pilot.path, _) = error else { throw try #require(error) }
        #expect(!Folder.exists(folder.run.pilot.corpus))
        withExtendedLifetime(other) {}
        other = nil
        #expect(throws: Never.self) { try folder.plan() }
    }

    // MARK: - Files and refusals

    @Test("has no matrices and of a pair's summary the highest ends only; candidates are a numpy archive")
    func files() throws {
        let folder = try folder()
        try folder.compute()
        try folder.analyze()
        #expect(!folder.holds("correlations.zarr") && !folder.holds("pilot/correlations.zarr") && folder.holds("neurons.csv"))
        let pair = try NumpyArchive.read(folder.run.pairs.appending("a-b.npz"))
        #expect(pair["a_max_corr"]?.shape == [40] && pair["b_max_tail_corr_ix"]?.shape == [40, 40])
        #expect(pair["a_min_corr"] == nil && pair["a_bin_counts"] == nil && pair["b_corr_mean"] == nil && pair["a_diag_corr"] == nil)
        #expect(pair["a_baseline_gaussian"]?.shape == [40])
        let candidates = try NumpyArchive.read(folder.run.candidates)
        #expect(candidates.keys.sorted() == ["a-b_a_ix", "a-b_b_ix"] && candidates["a-b_a_ix"]?.shape == [40, 4])
        let inspection = try NeuronInspection(layer: 0, neuron: 3, in: folder.run)
        #expect(!inspection.examples.isEmpty && inspection.columns["b_neuron"] != nil)
        #expect(try RunInspection(folder.run).plan.screening?.candidates == 4)
    }

    @Test("is refused with a pilot above the budget, with other settings than the run's, and without its pilot")
    func refused() throws {
        let folder = try folder()
        folder.configuration.precision = Self.screening(pilot: 4_097)
        #expect(throws: PipelineError.pilotAboveBudget(pilot: 5_120, budget: 4_096)) { try folder.compute() }
        folder.configuration.precision = Self.screening(pilot: 1_024, candidates: 4)
        try folder.compute()
        for (precision, key) in [
            (Self.screening(pilot: 2_000, candidates: 4), "precision.screening: a pilot of 2 shards → a pilot of 4 shards"),
            (Self.screening(pilot: 1_024), "precision.screening.candidates: 4 → auto"),
            (.exact, "precision.screening: a pilot of 2 shards → none"),
        ] {
            folder.configuration.precision = precision
            #expect {
                try folder.compute()
            } throws: { error in
                guard case .otherRun(_, let differences)? = error as? PipelineError else { return false }
                return differences == [key]
            }
        }
        folder.configuration.precision = Self.screening(pilot: 1_024, candidates: 4)
        let other = RunFolder(folder.run.path.appending("other"))
        #expect(throws: PipelineError.pilotIncomplete(folder: other.path)) {
            try PlanBuilder(configuration: folder.configuration, folder: other, context: folder.context()).prepare()
        }
        // A run of one process may be spread over a cluster, and has the same numbers there.
        let plan = try PlanBuilder(
            configuration: folder.configuration, folder: folder.run, context: folder.context(),
            placement: ClusterPlacement(reducers: 1, workerMemory: 1 << 30)
        ).prepare().plan
        #expect(try plan.reducerIndices == [0] && plan.pilotIdentity == RunPlan.read(folder.run.pilot.plan).identity)
    }

    @Test("has its pilot under way as long as it has no plan; both say when their statistics are complete")
    func underWay() throws {
        let folder = try folder()
        #expect(folder.run.underWay == folder.run)
        let pilot = try folder.plan()
        #expect(folder.run.underWay == folder.run.pilot && pilot.folder == folder.run.pilot)
        #expect(try !pilot.hasStatistics())
        try folder.compute()
        #expect(folder.run.underWay == folder.run)
        #expect(try pilot.hasStatistics() && PlannedRun.open(folder.run, context: folder.context()).hasStatistics())
    }

    @Test("with other candidates than the plan's, or another pilot, is refused by name")
    func damaged() throws {
        let folder = try folder()
        try folder.compute()
        let plan = try RunPlan.read(folder.run.plan)
        var lists = try CandidateFile.read(folder.run.candidates, layout: plan.layout, digest: plan.numbers.screening?.digest)
        var partners = lists[0].partners
        partners.swapAt(0, 1)
        lists[0] = CandidateList(source: "a", partnerSource: "b", length: lists[0].length, partners: partners)
        let good = try Data(contentsOf: URL(fileURLWithPath: folder.run.candidates.string))
        try CandidateFile.write(lists, to: folder.run.candidates, on: LocalFiles())
        #expect {
            try folder.analyze()
        } throws: { error in
            guard case .planDamaged(folder.run.candidates, _)? = error as? PipelineError else { return false }
            return true
        }
        try good.write(to: URL(fileURLWithPath: folder.run.candidates.string))
        try folder.analyze()
        // The pilot of another run in its place.
        let other = try PlantedFolder(rows: 128) {
            $0.precision = Self.screening(pilot: 1_024, candidates: 4)
            $0.chunk = 128
        }
        try other.compute()
        try FileManager.default.removeItem(atPath: folder.run.pilot.path.string)
        #expect(throws: PipelineError.planMissing(file: folder.run.pilot.plan)) { try folder.analyze() }
        try FileManager.default.copyItem(atPath: other.run.pilot.path.string, toPath: folder.run.pilot.path.string)
        #expect {
            try folder.analyze()
        } throws: { error in
            guard case .planDamaged(folder.run.pilot.plan, _)? = error as? PipelineError else { return false }
            return true
        }
    }

    // MARK: - Cost

    @Test("costs what its candidates cost; an estimate has both stages and says what an exact run takes more")
    func cost() throws {
        let folder = try PlantedFolder(rows: 128) { $0.precision = Self.screening(pilot: 1_024, candidates: 4) }
        try folder.compute()
        let run = try folder.plan()
        let candidates = try #require(run.plan.candidates)
        let cost = PlanCost(of: run.shape(threads: 2), gigaflops: 10)
        #expect(cost.productOperations == Double(2 * candidates.count * run.plan.tokens) && cost.analysisOperations == 0)
        #expect(cost.matrices == 0 && cost.isScreened)
        // The program and what OpenBLAS keeps, at least; of so few columns not much more.
        #expect((80 << 20..<256 << 20).contains(cost.analysisMemory) && cost.wholeMemory >= cost.analysisMemory)
        #expect(PlanCost(of: run.shape(threads: 2), gigaflops: 10, analysisMemory: 1).analysisMemory <= cost.analysisMemory)
        let pilot = try #require(try run.pilotCost(context: folder.context(), gigaflops: 10))
        let exact = try PlantedFolder(rows: 128)
        let whole = PlanCost(of: try exact.plan().shape(threads: 2), gigaflops: 10)
        // A quarter of the tokens, all pairs, and the baselines.
        #expect(pilot.productOperations == whole.productOperations / 4 && pilot.analysisOperations == whole.analysisOperations)
        let estimate = try PlanEstimate(of: folder.configuration, threads: 2, memory: [1 << 30], gigaflopsOfCore: 10)
        #expect(estimate.pilotTokens == 1_024 && estimate.workers[0].pilot?.productOperations == pilot.productOperations)
        // An estimate takes no pair for a mutual one.
        let estimated = try #require(estimate.workers[0].cost)
        #expect(estimated.productOperations >= cost.productOperations && estimated.productOperations <= 2.1 * cost.productOperations)
        #expect(try #require(estimate.workOfExact) == whole.operations / (estimated.operations + pilot.operations))
        #expect(try PlanEstimate(of: exact.configuration, threads: 2, memory: [], gigaflopsOfCore: 10).workOfExact == nil)
    }
}

/// Asks the job to stop after some pieces of progress.
private final class StoppingProgress: ProgressReporter {
    private let stop: StopRequest
    private let left: Mutex<Int>

    init(_ stop: StopRequest, after count: Int) {
        self.stop = stop
        left = Mutex(count)
    }

    func begin(_ stage: ProgressStage) {}
    func advance(by count: Int) {
        left.withLock {
            $0 -= 1
            if $0 <= 0 { stop.raise() }
        }
    }
    func end() {}
}
