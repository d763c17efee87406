import Corpus
import Foundation
import Statistics
import Storage
import SystemPackage

/// The first stage of a screened run: its pilot, a run of its own in `RUN/pilot`, and the candidates that follow from it.
///
/// The pilot's plan is that of the run but for the candidates: its shards are the run's first ones, its corpus is the run's. The run
/// computes its first shards once more, the candidates alone: so its sums are all of one kind, any engine can make them from one plan, and
/// what it costs is the pilot's share of the forward passes.
public struct PilotJob {
    /// What is asked for of the run.
    public let configuration: Configuration
    /// The run's folder, whose lock the caller holds.
    public let folder: RunFolder
    /// Threads, progress, a way to be stopped.
    public let context: JobContext
    private let settings: ScreeningSettings

    /// The pilot of a screened run; nil where none is asked for, or the run has its candidates already.
    public init?(_ configuration: Configuration, folder: RunFolder, context: JobContext) {
        guard let settings = configuration.precision.screeningSettings, !folder.hasPlan else { return nil }
        self.configuration = configuration
        self.folder = folder
        self.context = context
        self.settings = settings
    }

    /// Computes what the pilot lacks, and chooses the candidates.
    ///
    /// - Parameter begin: as `RunJob.run`'s.
    /// - Throws: as `RunJob.run`; `PipelineError.pilotAboveBudget`.
    func run(begin: () throws -> Void = {}) throws -> Screening {
        try RunJob(configuration: try pilotConfiguration(), folder: folder.pilot, context: context).run(begin: begin) {
            try screening(of: $0)
        }
    }

    /// Plans the pilot, and chooses the candidates where its statistics are complete.
    ///
    /// - Returns: the candidates, or the pilot's plan where its tasks are to be computed first.
    /// - Throws: as `PlanJob.run`; `PipelineError.pilotAboveBudget`.
    func plan() throws -> (screening: Screening?, pilot: PlannedRun) {
        let run = try PlanJob(configuration: try pilotConfiguration(), folder: folder.pilot, context: context).run()
        return (try run.hasStatistics() ? try screening(of: run) : nil, run)
    }

    /// The pilot's configuration. The corpus is packed before, where that is not done yet.
    ///
    /// - Throws: as `TokenizeCorpus.run`; `PipelineError.pilotAboveBudget`, `StorageError.locked` when another process owns the pilot.
    public func pilotConfiguration() throws -> Configuration {
        let corpus = try TokenizeCorpus(configuration: configuration.corpus, folder: folder.corpus, context: context).run()
        try linkCorpus()
        var pilot = configuration
        var windowRows = configuration.windowRows(context: corpus.context, corpusRows: corpus.rowCount)
        if case .automatic = configuration.shard, folder.pilot.hasPlan {
            windowRows = try RunPlan.read(folder.pilot.plan).numbers.corpus.windowRows
        }
        let windowTokens = windowRows * corpus.context
        let windows = settings.pilotWindows(windowTokens: windowTokens, replicates: configuration.replicates)
        let budget = configuration.windows(windowRows: windowRows, context: corpus.context, corpusRows: corpus.rowCount)
        guard windows <= budget else {
            throw PipelineError.pilotAboveBudget(pilot: windows * windowTokens, budget: budget * windowTokens)
        }
        pilot.name = "\(configuration.name), pilot"
        pilot.precision = .exact
        pilot.shard = .tokens(windowTokens)
        pilot.tokens = .tokens(windows * windowTokens)
        return pilot
    }

    /// Lets the pilot's folder have the run's packed rows. The job that follows takes the folder again.
    private func linkCorpus() throws {
        try context.files.createFolder(folder.pilot.path)
        // Before there is anything else: a folder without a lock is not taken for a run's.
        let lock = try FolderLock(folder.pilot.path)
        defer { withExtendedLifetime(lock) {} }
        let link = folder.pilot.corpus
        guard !Folder.exists(link) else { return }
        do {
            // Relative, so that the run's folder can be moved.
            try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "../corpus")
        } catch {
            let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError).map { Errno(rawValue: CInt($0.code)) } ?? .ioError
            throw StorageError(code, .create, link)
        }
    }

    /// Chooses the candidates, and keeps them in the run's folder.
    ///
    /// - Parameter pilot: the pilot, whose statistics are complete in its own store.
    /// - Throws: `PipelineError.stopped`; errors of the store, the analysis and the disk.
    public func screening(of pilot: PlannedRun) throws -> Screening {
        let analyses = try PilotSummaries(
            plan: pilot.plan, folder: folder.pilot, configuration: configuration, rule: settings.rule, context: context
        ).analyses()
        let lists = try CandidateFile.ordered(analyses.flatMap { try $0.candidates() }, layout: pilot.layout)
        try CandidateFile.write(lists, to: folder.candidates, on: context.files)
        guard let pairs = CandidatePairs(lists, layout: pilot.layout, edge: pilot.plan.numbers.accumulation.tile) else {
            throw PipelineError.planDamaged(file: folder.candidates, reason: "it has candidates in layers that the plan does not compare")
        }
        context.logger.info("\(pairs.count) candidate pairs of neurons follow from a pilot of \(analyses[0].tokens) counted tokens")
        return Screening(numbers: pilot.plan.numbers, calibration: pilot.calibration, digest: lists.digest, candidates: pairs)
    }
}
