import Checkpoints
import Corpus
import Kernels
import Models
import Statistics
import Storage

/// Computes the tasks of a plan from tokens that it is given: it needs the models, and neither corpus nor run.
///
///     let computer = try TaskComputer(plan: plan, calibration: calibration, features: features, folders: folders, context: context)
///     try computer.checkKernels(row: firstRow)
///     let partial = try computer.compute(groups: [0, 1], shard: 7, stratum: 3, rows: rows, worker: "host") { _ in }
///     let sections = computer.sections(of: partial, group: 1)
public struct TaskComputer: Sendable {
    /// The plan.
    public let plan: RunPlan
    /// The columns and blocks.
    public let layout: StatisticsLayout
    /// The provisional means and scales.
    public let calibration: Calibration
    /// The feature bank, if the plan has one.
    public let features: FeatureBank?
    let loader: SourceLoader
    let isCounted: [Bool]
    private let shapes: [String: Models.ModelShape]
    private let context: JobContext

    /// A computer of a plan's tasks.
    ///
    /// - Parameters:
    ///   - calibration: the plan's.
    ///   - features: the plan's, if it has some.
    ///   - directions: what the plan's columns are projections on; nil where they are neurons.
    ///   - folders: the models, by id, checked by their content hashes.
    ///   - context: threads, and a way to be stopped.
    public init(
        plan: RunPlan, calibration: Calibration, features: FeatureBank?, directions: LayerDirections? = nil,
        folders: [String: ModelFolder], context: JobContext
    ) {
        self.plan = plan
        self.calibration = calibration
        self.features = features
        self.context = context
        layout = plan.layout
        shapes = plan.numbers.shapes(of: folders)
        loader = SourceLoader(
            folders: folders, features: features, basis: plan.numbers.basis?.columns, directions: directions, team: context.team)
        isCounted = TokenMask(ids: plan.numbers.corpus.mask).countedTable(vocabularySize: plan.numbers.corpus.vocabulary)
    }

    /// A computer for the plan whose files are in a folder.
    ///
    /// - Parameters:
    ///   - basis: the directions of the plan, opened, where they lie in files of another folder.
    ///   - folders: the models, by id, checked by their content hashes.
    /// - Throws: `PipelineError.planDamaged` for files that are not those of the plan; `StorageError`.
    public init(
        plan: RunPlan, folder: RunFolder, basis: BasisFolder? = nil, folders: [String: ModelFolder], context: JobContext
    ) throws {
        self.init(
            plan: plan,
            calibration: try CalibrationFile.read(folder.calibration, layout: plan.layout, digest: plan.numbers.calibration),
            features: try plan.openFeatures(in: folder),
            directions: try basis.map(LayerDirections.principal) ?? plan.openDirections(in: folder, team: context.team),
            folders: folders, context: context)
    }

    /// The threads that it computes on.
    var team: ThreadTeam { context.team }

    /// The same on other threads; the models that it has loaded are not taken along.
    func on(_ team: ThreadTeam) -> TaskComputer {
        let folders = plan.numbers.models.map(\.id).compactMap { id in loader.folder(of: id).map { (id, $0) } }
        return TaskComputer(
            plan: plan, calibration: calibration, features: features, directions: loader.directions,
            folders: Dictionary(folders) { first, _ in first }, context: context.on(team))
    }

    /// Checks that this machine computes the bits that the plan was made with.
    ///
    /// - Parameters:
    ///   - row: the first row of the draw.
    ///   - stop: looked at before each model.
    /// - Throws: `PipelineError.kernelsDiffer`, `.stopped`; `KernelsError.bitsNotSupported`.
    public func checkKernels(row: ShardRows, stop: StopRequest = StopRequest()) throws {
        try plan.checkBits { try Int8Gemm.check($0, on: context.processor) }
        guard let expected = plan.numbers.fingerprint else { return }
        let found = try Fingerprint.digest(models: plan.numbers.models, row: row, loader: loader, stop: stop)
        guard found == expected else {
            throw PipelineError.kernelsDiffer(planned: plan.numbers.kernels, running: OpenBLAS.coreName)
        }
    }

    /// What computing some blocks together takes.
    func workingSet(threads: Int) -> WorkingSet {
        WorkingSet(plan, models: shapes, threads: threads, reducers: plan.reducerIndices.count)
    }

    /// Block groups that fit into some memory together: disjoint, ascending, together all that fit at all.
    ///
    /// - Parameter memory: bytes that the process may use.
    /// - Throws: `PipelineError.memoryTooSmall` with the need of the smallest group when not even that fits.
    public func bundles(memory: Int) throws -> [[Int]] {
        let workingSet = workingSet(threads: context.team.count)
        let bundles = workingSet.bundles(of: plan.blockGroups, memory: memory)
        if bundles.isEmpty {
            let needs = plan.blockGroups.map { group in workingSet.bytes(of: group.map { layout.blocks[$0] }) }
            if let (group, needed) = needs.enumerated().min(by: { $0.element < $1.element }) {
                throw PipelineError.memoryTooSmall(offered: memory, needed: needed, block: "group \(group)")
            }
        }
        return bundles
    }

    /// Bytes that the process needs at most to compute some block groups together.
    ///
    /// - Parameter encoded: what `encodingBytes` says of groups that are still compressed meanwhile; 0 where there are none.
    public func bytes(of groups: [Int], beside encoded: Int) -> Int {
        workingSet(threads: context.team.count).bytes(of: blocks(of: groups), beside: encoded)
    }

    /// Bytes that the sums of some block groups take while they are compressed.
    public func encodingBytes(of groups: [Int]) -> Int { workingSet(threads: context.team.count).encodingBytes(of: blocks(of: groups)) }

    private func blocks(of groups: [Int]) -> [Block] { groups.flatMap { plan.blockGroups[$0] }.map { layout.blocks[$0] } }

    /// Computes some block groups of one shard; all of their blocks share the forward passes.
    ///
    /// - Parameters:
    ///   - groups: indices of the plan's block groups.
    ///   - rows: the shard's rows.
    ///   - worker: stands beside the checksums as who computed them.
    ///   - progress: called after each chunk with the number of counted tokens done so far; may throw to stop.
    /// - Throws: `StatisticsError`, `ModelError`, `CheckpointError`, what `progress` throws.
    public func compute(
        groups: [Int], shard: Int, stratum: Int, rows: ShardRows, worker: String, progress: (Int) throws -> Void
    ) throws -> Partial {
        try compute(
            blocks: groups.flatMap { plan.blockGroups[$0] }.sorted(), shard: shard, stratum: stratum, rows: rows, worker: worker,
            progress: progress)
    }

    /// Computes some blocks, ascending, of one shard.
    func compute(
        blocks: [Int], shard: Int, stratum: Int, rows: ShardRows, worker: String, progress: (Int) throws -> Void
    ) throws -> Partial {
        let blocks = blocks.map { layout.blocks[$0] }
        let layers = workingSet(threads: context.team.count).layersNeeded(by: blocks)
        let computation = ShardComputation(
            layout: layout, settings: plan.numbers.accumulation, calibration: calibration, examples: plan.numbers.examples,
            moments: plan.numbers.moments, candidates: plan.candidates, isCounted: isCounted, sources: try loader.sources(through: layers),
            team: context.team, worker: worker)
        return try computation.partial(of: blocks, shard: shard, stratum: stratum, rows: rows, progress: progress)
    }

    /// The sections of a partial that belong to a block group, in the order of a file. What is gathered of a layer goes with its
    /// within-layer block.
    public func sections(of partial: Partial, group: Int) -> [Section] {
        let blocks = Set(plan.blockGroups[group])
        return partial.sections.filter { section in
            switch section.key.kind {
            case .block: blocks.contains(section.key.index)
            case .examples, .moments, .tokens, .means:
                layout.block(rows: section.key.index, columns: section.key.index).map { blocks.contains($0.index) } ?? false
            }
        }
    }

    /// Frees the memory of the models that are loaded; the next task loads what it needs.
    public func forget() { loader.forget() }
}
