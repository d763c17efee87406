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
        let planned = try PlannedTasks(in: folder, hashingRows: true)
        let entry = try planned.entry(of: task)
        if planned.isComplete(entry, at: output) { return .found }
        // An output that cannot be is known before hours are spent on it.
        try context.files.createFolder(output.removingLastComponent())
        try DurableFile.check(output, on: context.files)
        // The plan and the rows that the task was found in: another plan may lie there by now.
        let run = try PlannedRun.open(folder, plan: planned.plan, corpus: planned.corpus, context: context)
        let tasks = run.tasks
        try run.checkKernels(stop: context.stop)
        context.progress.begin(ProgressStage("correlating", unit: .tokens, total: tasks[task].shard.tokens))
        defer { context.progress.end() }
        var done = 0
        let partial = try run.compute(tasks[task]) { counted in
            context.progress.advance(by: counted - done)
            done = counted
            try context.stop.check()
        }
        try PartialWriter(plan: run.plan.identity, team: context.team).write(partial.sections, to: output, on: context.files)
        return .computed
    }
}
