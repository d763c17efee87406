import Checkpoints
import Corpus
import Kernels
import Models
import Statistics
import Storage
import SystemPackage

/// A plan with everything at hand that its tasks need.
public struct PlannedRun: Sendable {
    /// The plan.
    public let plan: RunPlan
    /// Its folder.
    public let folder: RunFolder
    /// The packed rows.
    public let corpus: PackedCorpus
    /// The columns and blocks.
    public let layout: StatisticsLayout
    /// The provisional means and scales.
    public let calibration: Calibration
    /// The feature bank, if the plan has one.
    public let features: FeatureBank?
    /// The shapes of the models, by id.
    let shapes: [String: Models.ModelShape]
    let loader: SourceLoader
    let isCounted: [Bool]
    /// Whether this process has made the plan's fingerprint itself: then there is nothing to compare it with.
    private let hasMadeFingerprint: Bool

    init(
        plan: RunPlan, folder: RunFolder, corpus: PackedCorpus, folders: [String: ModelFolder], features: FeatureBank?,
        hasMadeFingerprint: Bool = false, context: JobContext
    ) throws {
        self.hasMadeFingerprint = hasMadeFingerprint
        self.plan = plan
        self.folder = folder
        self.corpus = corpus
        self.features = features
        layout = plan.layout
        calibration = try CalibrationFile.read(folder.calibration, layout: layout, digest: plan.numbers.calibration)
        shapes = folders.mapValues { Models.ModelShape($0.configuration) }
        loader = SourceLoader(folders: folders, features: features, team: context.team)
        isCounted = TokenMask(ids: plan.numbers.corpus.mask).countedTable(vocabularySize: plan.numbers.corpus.vocabulary)
    }

    /// Opens a plan and what it needs, and checks that models, corpus, features and kernels are those that it was made with.
    ///
    /// - Parameters:
    ///   - plan: the folder's plan, where it has been read.
    ///   - corpus: its rows, where they have been opened and hashed.
    /// - Throws: `PipelineError.planMissing`, `.modelChanged`, `.corpusChanged`, `.kernelsDiffer` and errors of the files.
    public static func open(
        _ folder: RunFolder, plan: RunPlan? = nil, corpus: PackedCorpus? = nil, context: JobContext
    ) throws -> PlannedRun {
        let plan = try plan ?? RunPlan.read(folder.plan)
        let corpus = try corpus ?? plan.openCorpus(in: folder, hashingRows: true)
        var folders: [String: ModelFolder] = [:]
        for model in plan.numbers.models {
            guard let reference = plan.configuration.models.first(where: { $0.id == model.id }) else {
                throw PipelineError.unknownModel(id: model.id)
            }
            try context.stop.check()
            let opened: ModelFolder
            do {
                opened = try ModelFolder(reference.path)
            } catch let error as CheckpointError where error.exitStatus == .noInput {
                throw PipelineError.modelNotReachable(model: model.id, path: reference.path, reason: error.message)
            }
            guard try opened.digest(team: context.team) == model.digest else {
                throw PipelineError.modelChanged(model: model.id, path: reference.path)
            }
            folders[model.id] = opened
        }
        let features = try plan.openFeatures(in: folder)
        return try PlannedRun(plan: plan, folder: folder, corpus: corpus, folders: folders, features: features, context: context)
    }

    /// The statistics' store.
    public var store: StatisticsStore { plan.store(at: folder.store) }

    /// What computing some blocks together takes.
    func workingSet(threads: Int) -> WorkingSet { WorkingSet(plan.numbers, layout: layout, models: shapes, threads: threads) }

    /// The shards of the budget, in order.
    public var shards: [TokenShard] { plan.shards(of: corpus) }

    /// The tasks of the budget, in order.
    public var tasks: [ShardTask] {
        let groups = plan.blockGroups
        return shards.enumerated().flatMap { place, shard in
            groups.indices.map { ShardTask(number: place * groups.count + $0, shard: shard, group: $0, blocks: groups[$0]) }
        }
    }

    /// What the plan says, for people.
    public var inspection: PlanInspection { PlanInspection(plan, shards: shards.count) }

    /// Checks that this machine computes the bits that the plan was made with.
    ///
    /// - Parameter stop: looked at before each model.
    /// - Throws: `PipelineError.kernelsDiffer`, `.stopped`.
    public func checkKernels(stop: StopRequest = StopRequest()) throws {
        guard let expected = plan.numbers.fingerprint, !hasMadeFingerprint else { return }
        let draw = Draw(seed: plan.numbers.corpus.seed, rows: plan.numbers.corpus.rows)
        let found = try Fingerprint.digest(
            models: plan.numbers.models, corpus: corpus, row: draw.row(at: 0), loader: loader, stop: stop)
        guard found == expected else {
            throw PipelineError.kernelsDiffer(planned: plan.numbers.kernels, running: OpenBLAS.coreName)
        }
    }

    /// Computes a task.
    ///
    /// - Parameter progress: called after each chunk with the number of counted tokens done so far; may throw to stop.
    /// - Throws: `StatisticsError`, `ModelError`, `CheckpointError`, what `progress` throws.
    func compute(_ task: ShardTask, context: JobContext, progress: (Int) throws -> Void) throws -> Partial {
        let blocks = task.blocks.map { layout.blocks[$0] }
        let layers = workingSet(threads: context.team.count).layersNeeded(by: blocks)
        let computation = ShardComputation(
            layout: layout, settings: plan.numbers.accumulation, calibration: calibration, examples: plan.numbers.examples,
            isCounted: isCounted, sources: try loader.sources(through: layers), team: context.team, worker: HostName.current)
        return try computation.partial(
            of: blocks, shard: task.shard.index, stratum: task.shard.stratum, rows: ShardRows(rows: task.shard.rows, of: corpus),
            progress: progress)
    }
}

extension RunPlan {
    /// The shards of the budget, in order.
    func shards(of corpus: PackedCorpus) -> [TokenShard] { shards(domain: corpus.domain(ofRow:)) }

    /// The shards of the budget, in order.
    ///
    /// - Parameter domain: the domain of a row; asked only where domains are strata.
    func shards(domain: (_ row: Int) -> Int) -> [TokenShard] {
        let planned = numbers.corpus
        let draws = DrawWindows(
            draw: Draw(seed: planned.seed, rows: planned.rows), windowRows: planned.windowRows, replicates: planned.replicates,
            domainStrata: planned.separatesDomains ? planned.domains.count : nil)
        return (0..<min(windows, draws.count)).flatMap { draws.shards(ofWindow: $0, context: planned.context, domain: domain) }
    }
}
