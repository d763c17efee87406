import Analysis
import Corpus
import Models
import Statistics
import Storage

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

    public init(folder: RunFolder, extent: Extent = .complete, context: JobContext) {
        self.folder = folder
        self.extent = extent
        self.context = context
    }

    /// The memory that the analysis may use where nothing else is said: half of a small machine.
    private static let defaultMemory = 4 << 30

    /// Analyses the statistics and writes `correlations.zarr`, `pairs/`, `neurons.csv` and, last, `summary.json`.
    ///
    /// - Throws: `PipelineError.incomplete` with what is missing; errors of the store, the analysis and the disk.
    public func run() throws -> AnalysisOutcome {
        let plan = try RunPlan.read(folder.plan)
        let planned = plan.numbers.corpus
        let store = plan.store(at: folder.store)
        let (snapshot, missing) = try snapshot(of: store, plan: plan)
        let layout = plan.layout
        let statistics = StoredStatistics(
            snapshot: snapshot,
            calibration: try CalibrationFile.read(folder.calibration, layout: layout, digest: plan.numbers.calibration),
            replicates: planned.replicates, domains: planned.strataDomains)
        let configuration = plan.configuration
        let matrices = try CorrelationMatrices(folder.correlations, layout: layout, format: configuration.matrices)
        let analysis = try UniversalityAnalysis(
            statistics: statistics,
            configuration: UniversalityConfiguration(
                reference: configuration.reference.id, others: configuration.models.dropFirst().map(\.id),
                allPairs: configuration.pairs == .all,
                rotations: RotationConfiguration(
                    kinds: [configuration.rotations.kind], draws: configuration.rotations.draws, seed: configuration.rotations.seed),
                threshold: configuration.threshold), sink: matrices)
        let (progress, stop) = (context.progress, context.stop)
        progress.begin(ProgressStage("analysing", unit: .groups, total: analysis.groups.count))
        let result = try analysis.run(team: context.team, memory: context.memory ?? Self.defaultMemory) { _, _ in progress.advance(by: 1) }
        progress.end()
        try stop.check()
        try matrices?.finish()
        var explanations: FeatureExplanations?
        if plan.numbers.features != nil {
            explanations = try FeatureExplanations(
                statistics: statistics, bank: try FeatureBank(contentsOf: folder.features).columns, team: context.team)
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
        try write(result, explanations: explanations, summary: summary)
        return AnalysisOutcome(
            plan: plan, folder: folder, result: result, explanations: explanations, summary: summary, resolutionError: error,
            snapshot: snapshot, missing: missing)
    }

    private func write(_ result: UniversalityResult, explanations: FeatureExplanations?, summary: RunSummary) throws {
        try LocalFiles().createFolder(folder.pairs)
        for pair in result.pairs { try PairArchive.write(pair, of: result, to: folder.pairs.appending("\(pair.name).npz")) }
        var additions: [(name: String, column: NeuronColumn)] = []
        if let explanations {
            let neurons = explanations.neurons
            additions = [
                ("family", .texts(neurons.map { $0.family?.rawValue ?? "" })),
                ("explanation", .texts(neurons.map { explanations.explanation(of: $0) ?? "" })),
                ("explanation_score", .numbers(neurons.map { $0.best?.score ?? .nan })),
            ]
        }
        try NeuronTable(result, additions: additions).write(to: folder.neurons)
        try JSONFile.write(summary, to: folder.summary)
    }

    /// Opens the statistics and compares them with the plan.
    private func snapshot(of store: StatisticsStore, plan: RunPlan) throws -> (StoreSnapshot, missing: [String]) {
        let strata = plan.numbers.corpus.strata
        let shards = plan.shards(of: try PackedCorpus.open(folder.corpus))
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
            for attempt in 0... {
                do {
                    let even = try current.restrictedToCommonShards(strata: strata)
                    return (even, missing(in: even))
                } catch let error as StatisticsError {
                    guard case .unevenShards = error, attempt < 20 else { throw error }
                    try context.stop.check()
                    current = try StoreSnapshot(of: store, strata: strata)
                }
            }
            return (current, [])
        }
    }
}
