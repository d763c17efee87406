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

    /// A task of the plan in a folder.
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
    /// - Throws: `PipelineError.noSuchTask`, `.corpusChanged` and errors of the plan, the models, the statistics and the disk.
    public func run() throws -> Outcome {
        let plan = try RunPlan.read(folder.plan)
        let shards = plan.shards(of: try plan.openCorpus(in: folder))
        let count = shards.count * plan.blockGroups.count
        guard (0..<count).contains(task) else { throw PipelineError.noSuchTask(number: task, count: count) }
        if let reader = try? PartialReader(output), reader.plan == plan.identity, (try? reader.verify()) != nil,
            isComplete(reader, plan: plan, shard: shards[task / plan.blockGroups.count].index)
        {
            return .found
        }
        let run = try PlannedRun.open(folder, context: context)
        let tasks = run.tasks
        try run.checkKernels(stop: context.stop)
        context.progress.begin(ProgressStage("correlating", unit: .tokens, total: tasks[task].shard.tokens))
        defer { context.progress.end() }
        var done = 0
        let partial = try run.compute(tasks[task], context: context) { counted in
            context.progress.advance(by: counted - done)
            done = counted
            try context.stop.check()
        }
        try LocalFiles().createFolder(output.removingLastComponent())
        try PartialWriter(plan: plan.identity, team: context.team).write(partial.sections, to: output)
        return .computed
    }

    /// Whether a file holds the sections of this task: its group's blocks, over one shard.
    private func isComplete(_ reader: PartialReader, plan: RunPlan, shard: Int) -> Bool {
        let blocks = reader.sections.filter { $0.key.kind == .block }
        return blocks.map(\.key.index) == plan.blockGroups[task % plan.blockGroups.count]
            && Set(reader.sections.flatMap { $0.shards.map(\.shard) }) == [shard]
    }
}
