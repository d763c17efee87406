import Foundation
import Statistics
import Storage
import SystemPackage

/// The statistics of a run, in one process: plan, compute what is missing, fold.
///
/// Each finished task is a partial in the store's staging folder, written in one step, so whatever stops the process, the next `run` goes on
/// behind the last finished task; nothing is lost and nothing is counted twice.
public struct RunJob {
    /// What is asked for.
    public let configuration: Configuration
    /// Where the run goes.
    public let folder: RunFolder
    /// Threads, progress, a way to be stopped.
    public let context: JobContext

    /// A job that computes what a configuration asks for.
    public init(configuration: Configuration, folder: RunFolder, context: JobContext) {
        self.configuration = configuration
        self.folder = folder
        self.context = context
    }

    /// Computes all statistics that the plan asks for and that are not there yet.
    ///
    /// - Parameters:
    ///   - begin: called when the run is this process's and its plan is made: what says how the run goes on may change from here on. For a
    ///     screened run that has no plan yet it is called with the pilot's plan first.
    ///   - use: what is done with the statistics, such as the analysis; the run and its store stay this process's until it is over.
    /// - Returns: what `use` gives.
    /// - Throws: `PipelineError.stopped` when asked to stop; `.statisticsElsewhere` where they are with reducers elsewhere;
    ///   `StorageError.locked` when another process owns the run or its store; errors of the inputs, the computation and the disk, and what
    ///   `begin` and `use` throw. The folder can be run again.
    public func run<Result>(begin: () throws -> Void = {}, _ use: (PlannedRun) throws -> Result) throws -> Result {
        let owned = try OwnedRun(folder, of: configuration, context: context)
        return try withExtendedLifetime(owned) {
            // What reducers of an earlier start of this run hold.
            try ReducerStores(folder: folder, context: context, checkOwner: owned.check).gather()
            try owned.checkStatisticsAreNotElsewhere()
            let run = try owned.plan {
                let screening = try PilotJob(configuration, folder: folder, context: context)?.run(begin: begin)
                return try PlanBuilder(configuration: configuration, folder: folder, context: context, screening: screening).prepare()
            }
            try begin()
            try run.store.create(on: context.files)
            try compute(run, owned: owned)
            // What follows has the memory to itself.
            run.forgetModels()
            return try use(run)
        }
    }

    /// Computes all statistics that the plan asks for and that are not there yet.
    ///
    /// - Returns: the plan; the analysis can follow.
    /// - Throws: as `run(_:)`.
    public func run() throws -> PlannedRun { try run { $0 } }

    /// Computes the missing tasks of a plan and folds them.
    private func compute(_ run: PlannedRun, owned: OwnedRun) throws {
        let store = run.store
        try UnfinishedFiles.remove(in: [store.folder], on: context.files)
        try context.removeDamagedPartials(in: store)
        let strata = run.plan.numbers.corpus.strata
        let all = run.tasks
        let missing = MissingTasks(snapshot: try StoreSnapshot(of: store, strata: strata), plan: run.plan).tasks(of: all)
        if missing.isEmpty {
            let tasks = all.count == 1 ? "the only task is" : "all \(all.count) tasks are"
            context.logger.info("\(tasks) done already: only the results are looked at")
        } else {
            try run.checkKernels(stop: context.stop)
            let entries = Double(run.layout.blocks.reduce(0) { $0 + run.layout.entries(of: $1) })
            let total = run.plan.tokens
            let todo = missing.reduce(0.0) { $0 + Double($1.shard.tokens) * share($1.blocks, of: entries, in: run) }
            context.progress.begin(
                ProgressStage("correlating", unit: .tokens, total: total, completed: max(0, total - Int(todo.rounded()))))
            defer { context.progress.end() }
            for (place, task) in missing.enumerated() {
                try compute(task, of: run, into: store, weight: share(task.blocks, of: entries, in: run), owned: owned)
                let isShardDone = place + 1 == missing.count || missing[place + 1].shard != task.shard
                if isShardDone, try bytes(in: store.staging) >= max(FolderSizes.foldBytes, bytes(in: store.sections)) {
                    try fold(store, owned: owned)
                }
            }
        }
        try fold(store, owned: owned)
    }

    private func compute(
        _ task: ShardTask, of run: PlannedRun, into store: StatisticsStore, weight: Double, owned: OwnedRun
    ) throws {
        var counted = 0
        var shown = 0
        let partial = try run.compute(task) { done in
            counted = done
            // Masked tokens are not counted, so the bar may fall short within a shard; it catches up at its end.
            let now = min(Int(Double(counted) * weight), Int(Double(task.shard.tokens) * weight))
            context.progress.advance(by: now - shown)
            shown = now
            try context.stop.check()
        }
        try PartialWriter(plan: run.plan.identity, team: context.team)
            .write(partial.sections, to: stagedPath(of: task, in: store), on: context.files) { try owned.check() }
        context.progress.advance(by: Int((Double(task.shard.tokens) * weight).rounded()) - shown)
    }

    private func share(_ blocks: [Int], of entries: Double, in run: PlannedRun) -> Double {
        Double(blocks.reduce(0) { $0 + run.layout.entries(of: run.layout.blocks[$1]) }) / max(entries, 1)
    }

    /// The name tells shard and blocks, so that a task that is computed again meets its own file and no other's.
    private func stagedPath(of task: ShardTask, in store: StatisticsStore) -> FilePath {
        let blocks = Digest(of: task.blocks.map(String.init).joined(separator: ",")).hex.prefix(8)
        return store.staging.appending("shard\(task.shard.index).group\(task.group).\(blocks).partial")
    }

    private func fold(_ store: StatisticsStore, owned: OwnedRun) throws {
        let stop = context.stop
        try store.foldStaged(
            team: context.team, on: context.files, checkOwner: owned.check, progress: { _, _ in try stop.check() })
    }

    private func bytes(in folder: FilePath) throws -> Int {
        try Folder.names(in: folder).reduce(0) { sum, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder.appending(name).string)
            return sum + (attributes?[.size] as? Int ?? 0)
        }
    }
}
