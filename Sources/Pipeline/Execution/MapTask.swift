import Kernels
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
    /// Bytes that it was offered and stays within; nil: nobody said anything.
    public let memory: Int?
    /// Threads, of which it takes fewer where memory is short; progress, a way to be stopped.
    public let context: JobContext

    /// A task of the plan in a folder.
    public init(folder: RunFolder, task: Int, output: FilePath, memory: Int? = nil, context: JobContext) {
        self.folder = folder
        self.task = task
        self.output = output
        self.memory = memory
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
    /// - Throws: `PipelineError.noSuchTask`, `.noMemoryForTask`, `.corpusChanged` and errors of the plan, the models, the statistics and the disk.
    public func run() throws -> Outcome {
        let planned = try PlannedTasks(in: folder, hashingRows: true)
        let entry = try planned.entry(of: task)
        if planned.isComplete(entry, at: output) { return .found }
        // An output that cannot be is known before hours are spent on it.
        try context.files.createFolder(output.removingLastComponent())
        try DurableFile.check(output, on: context.files)
        // The plan and the rows that the task was found in: another plan may lie there by now.
        let opened = try PlannedRun.open(folder, plan: planned.plan, corpus: planned.corpus, context: context)
        let tasks = opened.tasks
        let run = opened.on(try team(for: tasks[task], of: opened))
        try run.checkKernels(stop: context.stop)
        context.progress.begin(ProgressStage("correlating", unit: .tokens, total: tasks[task].shard.tokens))
        defer { context.progress.end() }
        var done = 0
        let partial = try run.compute(tasks[task]) { counted in
            context.progress.advance(by: counted - done)
            done = counted
            try context.stop.check()
        }
        try PartialWriter(plan: run.plan.identity, team: run.team).write(partial.sections, to: output, on: context.files)
        return .computed
    }

    /// As many threads as the task finds memory for.
    private func team(for task: ShardTask, of run: PlannedRun) throws -> ThreadTeam {
        let blocks = task.blocks.map { run.layout.blocks[$0] }
        let threads = try TaskMemory(offered: memory).threads(context.team.count, of: task.number) { threads in
            run.workingSet(threads: threads).bytes(of: blocks)
        }
        guard threads < context.team.count else { return context.team }
        context.logger.notice("computing on \(threads) of \(context.team.count) threads, for which there is memory")
        return ThreadTeam(count: threads)
    }
}
