import Foundation
import Storage
import Synchronization
import SystemPackage
import Testing

@testable import Analysis
@testable import Pipeline

/// Asks to stop when a stage begins, and counts what is done after that.
private final class StoppingProgress: ProgressReporter {
    let stop = StopRequest()
    let advanced = Atomic<Int>(0)
    private let stage: String

    init(at stage: String) { self.stage = stage }

    func begin(_ stage: ProgressStage) { if stage.name == self.stage { stop.raise() } }
    func advance(by count: Int) { if stop.isRaised { advanced.add(count, ordering: .relaxed) } }
    func end() {}
}

@Suite("The results of a run")
struct RunResultTests {
    @Test("are begun anew without an old summary and without old matrices")
    func replaced() throws {
        let folder = try PlantedFolder()
        try folder.compute()
        try folder.analyze()
        #expect(folder.holds("correlations.zarr/.zmetadata") && folder.holds("summary.json"))
        folder.configuration.matrices = .none
        try folder.compute()
        try folder.analyze()
        #expect(!folder.holds("correlations.zarr") && folder.holds("summary.json"))
        // An analysis that ends early leaves tables of two analyses, but no summary that vouches for them.
        let progress = StoppingProgress(at: "hashing")
        let context = folder.context(progress: progress, stop: progress.stop)
        #expect(throws: PipelineError.stopped) { try AnalyzeRun(folder: folder.run, context: context).run() }
        #expect(!folder.holds("summary.json") && folder.holds("neurons.csv"))
    }

    @Test("are not waited for when someone asks to stop", arguments: ["analysing", "hashing"])
    func stopped(stage: String) throws {
        let folder = try PlantedFolder()
        try folder.compute()
        let progress = StoppingProgress(at: stage)
        let context = folder.context(progress: progress, stop: progress.stop)
        #expect(throws: PipelineError.stopped) { try AnalyzeRun(folder: folder.run, context: context).run() }
        // Each thread looks after the block that it hashes, so each may finish one.
        #expect(progress.advanced.load(ordering: .relaxed) <= (stage == "analysing" ? 0 : context.team.count))
        #expect(!folder.holds("neurons.csv"))
    }

    @Test("neither is a plan")
    func stoppedPlanning() throws {
        let folder = try PlantedFolder { $0.features.isEnabled = true }
        let progress = StoppingProgress(at: "calibrating")
        let context = folder.context(progress: progress, stop: progress.stop)
        let job = PlanJob(configuration: folder.configuration, folder: folder.run, context: context)
        #expect(throws: PipelineError.stopped) { try job.run() }
        #expect(progress.advanced.load(ordering: .relaxed) == 0 && !folder.holds("plan.json"))
    }

    @Test("have the baselines of both kinds of rotation when asked for, the headline from the first")
    func bothRotations() throws {
        let folder = try PlantedFolder { $0.rotations.kinds = [.gaussian, .orthogonal] }
        try folder.compute()
        let both = try folder.analyze().summary
        #expect(both.baselines.map(\.kind) == [.gaussian, .orthogonal])
        let table = try Data(contentsOf: URL(fileURLWithPath: folder.run.neurons.string))
        let archive = try NumpyArchive.read(folder.run.pairs.appending("a-b.npz"))
        #expect(archive["a_baseline_gaussian"] != nil && archive["a_baseline_orthogonal"] != nil)
        folder.configuration.rotations.kinds = [.gaussian]
        try folder.compute()
        let one = try folder.analyze().summary
        #expect(one.universal == both.universal && one.baselines[0].mean == both.baselines[0].mean)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.run.neurons.string)) == table)
    }

    @Test("an analysis waits for another one, if it is patient, and not for ever")
    func patience() throws {
        let folder = try PlantedFolder()
        try folder.compute()
        let first = try folder.analyze()
        #expect(throws: StorageError.self) { try folder.analyze() }
        let stop = StopRequest()
        stop.raise()
        let patient = AnalyzeRun(folder: folder.run, isPatient: true, context: folder.context(stop: stop))
        #expect(throws: PipelineError.stopped) { try patient.run() }
        #expect(first.summary.neurons > 0)
    }

    @Test("clean removes what is left of stopped processes, and nothing that is somebody else's")
    func clean() throws {
        let folder = try PlantedFolder()
        try folder.compute()
        try folder.analyze()
        try FileManager.default.createDirectory(atPath: folder.run.otherCorpus.string, withIntermediateDirectories: true)
        let leftovers = [
            "plan.json.part", "neurons.csv.part", "corpus/tokens.npy.part", "corpus/domains.unsorted.npy", "corpus.other/tokens.npy",
            "correlations.zarr/a-b/0.0.part", "pairs/a-b.npz.part", "store/sections/x.part", "store/staging/y.part",
        ]
        let answers = [
            "interventions/0123456789ab/batches/0.npz.part", "interventions/0123456789ab/interventions.csv.part",
            "path-ablation/0123456789abcdef/batch-00000.npz.part", "similarity/a.0_b.0.json.part", "firing/a-b.npz.part",
        ]
        for name in answers {
            let place = folder.run.path.appending(name).removingLastComponent()
            try FileManager.default.createDirectory(atPath: place.string, withIntermediateDirectories: true)
        }
        let others = ["0.partial.part", "notes.part", "interventions/notes.part"]
        for name in leftovers + answers + others { try Data([1]).write(to: URL(fileURLWithPath: folder.run.path.appending(name).string)) }
        try withExtendedLifetime(FolderLock(folder.run.similarityParts)) {
            // Whoever works on an answer is not disturbed, and nothing else is removed before.
            #expect(throws: StorageError.self) { try CleanRun(folder: folder.run).run() }
            #expect(folder.holds("similarity/a.0_b.0.json.part") && folder.holds("plan.json.part"))
        }
        let question = folder.run.interventions.appending("0123456789ab")
        try Data([1]).write(to: URL(fileURLWithPath: question.appending("question.json.part").string))
        let outcome = try CleanRun(folder: folder.run).run()
        #expect(outcome.unfinished == leftovers.count + 3 && outcome.partials == 0)
        for name in leftovers + answers { #expect(!folder.holds(name), "\(name)") }
        for name in others { #expect(folder.holds(name), "\(name)") }
        #expect(!folder.holds("corpus.other") && folder.holds("corpus/tokens.npy") && folder.holds("summary.json"))
    }
}
