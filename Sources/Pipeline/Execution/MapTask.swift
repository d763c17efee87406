import Statistics
import Storage
import SystemPackage

/// Computes one task of a plan into a partial file: the `map` of the map-reduce, for any engine.
public struct MapTask {
    /// The plan's folder.
    public let folder: RunFolder
    /// The task's number.
    public let task: Int
    /// Where the partial goes.
    public let output: FilePath
    /// Threads, progress, a way to be stopped.
    public let context: JobContext

    public init(folder: RunFolder, task: Int, output: FilePath, context: JobContext) {
        self.folder = folder
        self.task = task
        self.output = output
        self.context = context
    }

    /// What `run` did.
    public enum Outcome: Sendable {
        /// The partial was computed and written.
        case computed
        /// A complete partial of this task was there already.
        case found
    }

    /// Computes the task, unless the output is there already, whole and of this plan.
    ///
    /// - Throws: `PipelineError.noSuchTask` and errors of the plan, the models, the statistics and the disk.
    public func run() throws -> Outcome {
        let plan = try RunPlan.read(folder.plan)
        if let reader = try? PartialReader(output), reader.plan == plan.identity, (try? reader.verify()) != nil,
            try isComplete(reader, plan: plan)
        {
            return .found
        }
        let run = try PlannedRun.open(folder, context: context)
        let tasks = run.tasks
        guard tasks.indices.contains(task) else { throw PipelineError.noSuchTask(number: task, count: tasks.count) }
        try run.checkKernels()
        context.progress.begin(ProgressStage("correlating", unit: .tokens, total: tasks[task].shard.tokens))
        defer { context.progress.end() }
        var done = 0
        let partial = try run.compute(tasks[task], context: context) { counted in
            context.progress.advance(by: counted - done)
            done = counted
            try context.stop.check()
        }
        try PartialWriter(plan: plan.identity, team: context.team).write(partial.sections, to: output)
        return .computed
    }

    /// Whether a file holds the sections of this task: its group's blocks, over one shard.
    private func isComplete(_ reader: PartialReader, plan: RunPlan) throws -> Bool {
        let group = task % plan.blockGroups.count
        let blocks = reader.sections.filter { $0.key.kind == .block }
        guard blocks.map(\.key.index) == plan.blockGroups[group], plan.windows > 0 else { return false }
        let shards = Set(reader.sections.flatMap { $0.shards.map(\.shard) })
        if !plan.numbers.corpus.separatesDomains { return shards == [task / plan.blockGroups.count] }
        let all = plan.shards(of: try .open(folder.corpus))
        let place = task / plan.blockGroups.count
        return all.indices.contains(place) && shards == [all[place].index]
    }
}
