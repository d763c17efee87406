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
    /// What a tagger says of them; nil where the plan has no labels.
    let labels: LabelRows?
    /// What computes the tasks.
    let computer: TaskComputer
    /// Whether this process has made the plan's fingerprint itself: then there is nothing to compare it with.
    private let hasMadeFingerprint: Bool

    init(
        plan: RunPlan, folder: RunFolder, corpus: PackedCorpus, labels: LabelRows?, folders: [String: ModelFolder], features: FeatureBank?,
        directions: LayerDirections?, hasMadeFingerprint: Bool = false, context: JobContext
    ) throws {
        self.hasMadeFingerprint = hasMadeFingerprint
        self.plan = plan
        self.folder = folder
        self.corpus = corpus
        self.labels = labels
        let calibration = try CalibrationFile.read(folder.calibration, layout: plan.layout, digest: plan.numbers.calibration)
        computer = TaskComputer(
            plan: plan, calibration: calibration, features: features, directions: directions, folders: folders, context: context)
    }

    private init(_ run: PlannedRun, computer: TaskComputer) {
        (plan, folder, corpus, labels) = (run.plan, run.folder, run.corpus, run.labels)
        hasMadeFingerprint = run.hasMadeFingerprint
        self.computer = computer
    }

    /// Opens a plan and what it needs, and checks that models, corpus, labels, features, directions and kernels are those that it was made with.
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
        let folders = try ModelFinder(context: context).openAll(of: plan)
        let features = try plan.openFeatures(in: folder)
        return try PlannedRun(
            plan: plan, folder: folder, corpus: corpus, labels: try plan.openLabels(in: folder), folders: folders, features: features,
            directions: try plan.openDirections(in: folder, team: context.team), context: context)
    }

    /// The columns and blocks.
    public var layout: StatisticsLayout { computer.layout }

    /// The provisional means and scales.
    public var calibration: Calibration { computer.calibration }

    /// The feature bank, if the plan has one.
    public var features: FeatureBank? { computer.features }

    /// Loads the models that tasks need.
    var loader: SourceLoader { computer.loader }

    /// The statistics' store.
    public var store: StatisticsStore { plan.store(at: folder.store) }

    /// The threads that its tasks are computed on.
    var team: ThreadTeam { computer.team }

    /// The same run on other threads.
    func on(_ team: ThreadTeam) -> PlannedRun {
        guard team != self.team else { return self }
        return PlannedRun(self, computer: computer.on(team))
    }

    /// What computing some blocks together takes.
    func workingSet(threads: Int) -> WorkingSet { computer.workingSet(threads: threads) }

    /// The shards of the budget, in order.
    public var shards: [TokenShard] { plan.shards(of: corpus) }

    /// The tasks of the budget, in order.
    public var tasks: [ShardTask] {
        let groups = plan.blockGroups
        return shards.enumerated().flatMap { place, shard in
            groups.indices.map { ShardTask(number: place * groups.count + $0, shard: shard, group: $0, blocks: groups[$0]) }
        }
    }

    /// The rows of a shard with their tokens and labels.
    public func rows(of shard: TokenShard) -> ShardRows { ShardRows(rows: shard.rows(in: corpus), of: corpus, labels: labels) }

    /// The first row of the draw: what the plan's fingerprint is made of.
    public var firstRow: ShardRows {
        ShardRows(rows: [Draw(seed: plan.numbers.corpus.seed, rows: plan.numbers.corpus.rows).row(at: 0)], of: corpus)
    }

    /// Frees the memory of the models that planning has loaded.
    public func forgetModels() { computer.forget() }

    /// The opened folder of a model with this content hash.
    public func modelFolder(of digest: Digest) -> ModelFolder? {
        plan.numbers.models.first { $0.digest == digest }.flatMap { computer.loader.folder(of: $0.id) }
    }

    /// The folder of directions with this content hash, if the plan's columns are projections on them.
    public func basis(of digest: Digest) -> BasisFolder? {
        plan.numbers.basis?.digest == digest ? BasisFolder(folder.basis) : nil
    }

    /// What the plan says, for people.
    public var inspection: PlanInspection { PlanInspection(plan, shards: shards.count) }

    /// Checks that this machine computes the bits that the plan was made with.
    ///
    /// - Parameter stop: looked at before each model.
    /// - Throws: `PipelineError.kernelsDiffer`, `.stopped`; `KernelsError.bitsNotSupported`.
    public func checkKernels(stop: StopRequest = StopRequest()) throws {
        guard !hasMadeFingerprint else { return }
        try computer.checkKernels(row: firstRow, stop: stop)
    }

    /// What reducers elsewhere have found, as it came to the run's folder; nil unless it is all of the plan's.
    ///
    /// - Throws: `StorageError`.
    public func findings() throws -> RunFindings? { try RunFindings(of: plan, in: folder, shards: shards.map(\.index)) }

    /// Whether the run's own store has all statistics that the plan asks for, folded.
    ///
    /// - Throws: errors of the store.
    public func hasStatistics() throws -> Bool {
        let snapshot = try StoreSnapshot(of: store, strata: plan.numbers.corpus.strata, includesStaged: false)
        return MissingTasks(snapshot: snapshot, plan: plan).tasks(of: tasks).isEmpty
    }

    /// Whether the run's own store has all statistics that the plan asks for, folded, and every byte is as it was written.
    ///
    /// - Returns: false also where they cannot be read.
    public func hasSoundStatistics() -> Bool {
        do {
            guard try hasStatistics() else { return false }
            for key in plan.sections(in: layout) { try store.reader(of: key)?.verify() }
            return true
        } catch {
            return false
        }
    }

    /// Computes a task.
    ///
    /// - Parameter progress: called after each chunk with the number of counted tokens done so far; may throw to stop.
    /// - Throws: `StatisticsError`, `ModelError`, `CheckpointError`, what `progress` throws.
    func compute(_ task: ShardTask, progress: (Int) throws -> Void) throws -> Partial {
        try computer.compute(
            blocks: task.blocks, shard: task.shard.index, stratum: task.shard.stratum, rows: rows(of: task.shard), worker: HostName.current,
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
