import Analysis
import Corpus
import Glibc
import Models
import Statistics
import Storage
import SystemPackage

/// Finds the universal neurons in the statistics of a run, and writes the run's tables.
///
/// Needs neither models nor corpus, only the store and what lies beside the plan.
public struct AnalyzeRun {
    /// Which statistics are analysed.
    public enum Extent: Sendable {
        /// All that the plan asks for; anything missing is an error.
        case complete
        /// What there is: each block over the shards that it has.
        case incomplete
        /// What every block has, while the run goes on.
        case soFar
    }

    /// The run.
    public let folder: RunFolder
    /// Which statistics are analysed.
    public let extent: Extent
    /// Threads, progress, a way to be stopped.
    public let context: JobContext
    /// Whether to wait while another analysis writes the run's results; otherwise that is an error.
    public let isPatient: Bool

    /// An analysis of the run in a folder.
    public init(folder: RunFolder, extent: Extent = .complete, isPatient: Bool = false, context: JobContext) {
        self.folder = folder
        self.extent = extent
        self.isPatient = isPatient
        self.context = context
    }

    /// The memory that the analysis may use where nothing else is said: a group of GPT-2 medium on one thread, and half of a small machine.
    private static let defaultMemory = 4 << 30

    /// Analyses the statistics and writes `correlations.zarr`, `pairs/`, `neurons.csv` and, last, `summary.json`.
    ///
    /// - Returns: what was found. As long as it lives, the results are this process's: no other analysis writes them.
    /// - Throws: `PipelineError.incomplete` with what is missing, `.corpusChanged`, `.planDamaged` for another feature bank or calibration,
    ///   `.stopped`; `StorageError.locked` while another analysis writes; errors of the store, the analysis and the disk.
    public func run() throws -> AnalysisOutcome {
        let plan = try RunPlan.read(folder.plan)
        let lock = try ownResults()
        let planned = plan.numbers.corpus
        let store = plan.store(in: folder)
        let (snapshot, missing) = try snapshot(of: store, plan: plan)
        let layout = plan.layout
        let statistics = StoredStatistics(
            snapshot: snapshot,
            calibration: try CalibrationFile.read(folder.calibration, layout: layout, digest: plan.numbers.calibration),
            replicates: planned.replicates, domains: planned.strataDomains)
        let configuration = plan.configuration
        let features = try plan.openFeatures(in: folder)
        // The summary says that the results beside it belong together: from here on they change.
        try context.files.remove(folder.summary)
        try context.files.syncFolder(folder.path)
        if configuration.matrices == .none, Folder.exists(folder.correlations) { try folder.removeFolder(folder.correlations) }
        let matrices = try CorrelationMatrices(folder.correlations, layout: layout, format: configuration.matrices, on: context.files)
        let analysis = try UniversalityAnalysis(
            statistics: statistics,
            configuration: UniversalityConfiguration(
                reference: configuration.reference.id, others: configuration.models.dropFirst().map(\.id),
                allPairs: configuration.pairs == .all,
                rotations: RotationConfiguration(
                    kinds: configuration.rotations.kinds, draws: configuration.rotations.draws, seed: configuration.rotations.seed),
                threshold: configuration.threshold), sink: matrices)
        let (progress, stop) = (context.progress, context.stop)
        progress.begin(ProgressStage("analysing", unit: .groups, total: analysis.groups.count))
        let result = try analysis.run(
            team: context.team, memory: context.memory ?? Self.defaultMemory, check: { try stop.check() },
            progress: { _, _ in progress.advance(by: 1) })
        progress.end()
        try stop.check()
        try matrices?.finish()
        let explanations = try features.map {
            try FeatureExplanations(statistics: statistics, bank: $0.columns, team: context.team, check: { try stop.check() })
        }
        let error = try statistics.resolutionError()
        progress.begin(ProgressStage("hashing", unit: .blocks, total: layout.blocks.count * planned.strata))
        let digest = try snapshot.digest(strata: planned.strata, team: context.team) {
            progress.advance(by: 1)
            try stop.check()
        }
        progress.end()
        let summary = RunSummary(
            result,
            provenance: .init(
                name: configuration.name, kernels: plan.numbers.kernels, statisticsSHA256: digest.hex, resolutionError: error.largest,
                version: ProgramVersion.current))
        try lock.check()
        try write(result, explanations: explanations, summary: summary)
        return AnalysisOutcome(
            plan: plan, folder: folder, result: result, explanations: explanations, summary: summary, resolutionError: error,
            snapshot: snapshot, missing: missing, lock: lock)
    }

    /// Takes the results: they are written by one analysis at a time, whoever owns the run.
    private func ownResults() throws -> FolderLock {
        try context.files.createFolder(folder.resultsLock)
        var hasSaid = false
        while true {
            do {
                return try FolderLock(folder.resultsLock)
            } catch let error as StorageError {
                guard isPatient, case .locked(_, let holder) = error else { throw error }
                if !hasSaid { context.logger.info("\(folder.path): waiting for the analysis of \(holder)") }
                hasSaid = true
                try context.stop.check()
                // An analysis takes seconds to hours; nobody notices a fifth of a second.
                usleep(200_000)
            }
        }
    }

    private func write(_ result: UniversalityResult, explanations: FeatureExplanations?, summary: RunSummary) throws {
        try context.files.createFolder(folder.pairs)
        for pair in result.pairs {
            try PairArchive.write(pair, of: result, to: folder.pairs.appending("\(pair.name).npz"), on: context.files)
        }
        var additions: [(name: String, column: NeuronColumn)] = []
        if let explanations {
            let neurons = explanations.neurons
            additions = [
                ("family", .texts(neurons.map { $0.family?.rawValue ?? "" })),
                ("explanation", .texts(neurons.map { explanations.explanation(of: $0) ?? "" })),
                ("explanation_score", .numbers(neurons.map { $0.best?.score ?? .nan })),
            ]
        }
        try NeuronTable(result, additions: additions).write(to: folder.neurons, on: context.files)
        try JSONFile.write(summary, to: folder.summary, on: context.files)
    }

    /// Opens the statistics and compares them with the plan.
    private func snapshot(of store: StatisticsStore, plan: RunPlan) throws -> (StoreSnapshot, missing: [String]) {
        let strata = plan.numbers.corpus.strata
        let shards = plan.shards(of: try plan.openCorpus(in: folder))
        func missing(in snapshot: StoreSnapshot) -> [String] { MissingTasks(snapshot: snapshot, plan: plan).descriptions(of: shards) }
        let snapshot = try StoreSnapshot(of: store, strata: strata)
        // Of nothing there is no analysis, however much may be missing.
        guard !snapshot.isEmpty else { throw PipelineError.incomplete(folder: folder.path, missing: missing(in: snapshot)) }
        switch extent {
        case .complete:
            let missing = missing(in: snapshot)
            guard missing.isEmpty else { throw PipelineError.incomplete(folder: folder.path, missing: missing) }
            return (snapshot, [])
        case .incomplete:
            return (snapshot, missing(in: snapshot))
        case .soFar:
            // A fold that goes on meanwhile can put a shard into some blocks before others; a moment later it is in all of them.
            var current = snapshot
            for _ in 0..<20 {
                do {
                    let even = try current.restrictedToCommonShards(strata: strata)
                    return (even, missing(in: even))
                } catch let error as StatisticsError {
                    switch error {
                    case .unevenShards, .changedMeanwhile: break
                    default: throw error
                    }
                    try context.stop.check()
                    current = try StoreSnapshot(of: store, strata: strata)
                }
            }
            let even = try current.restrictedToCommonShards(strata: strata)
            return (even, missing(in: even))
        }
    }
}
