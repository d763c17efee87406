import Storage

/// Makes the plan of a run and nothing more: its tasks are for `map`, which any engine can start.
public struct PlanJob {
    /// What is asked for.
    public let configuration: Configuration
    /// Where the plan goes.
    public let folder: RunFolder
    /// Threads, progress, a way to be stopped.
    public let context: JobContext

    /// A job that plans what a configuration asks for.
    public init(configuration: Configuration, folder: RunFolder, context: JobContext) {
        self.configuration = configuration
        self.folder = folder
        self.context = context
    }

    /// Makes the plan, or goes on with the one that is there.
    ///
    /// - Returns: the plan; of a screened run that of its pilot, in a folder of its own, until the pilot's statistics are complete.
    /// - Throws: as `PlanBuilder.prepare`; `PipelineError.outputInsideCorpus`, `.outputNotEmpty`; `StorageError` when another process owns the folder.
    public func run() throws -> PlannedRun {
        try configuration.corpus.check(output: folder.path)
        try folder.checkHoldsNoStrangers()
        let begun = try BegunRun(folder)
        try context.files.createFolder(folder.path)
        let lock = try FolderLock(folder.path)
        let windows = folder.hasPlan ? try RunPlan.read(folder.plan).windows : nil
        let run = try begun.plan(checkOwner: lock.check) { try plan() }
        try lock.check()
        if let windows, run.plan.windows > windows { warnOfOldResults(run.plan.tokens) }
        return run
    }

    private func plan() throws -> PlannedRun {
        var screening: Screening?
        if let pilot = PilotJob(configuration, folder: folder, context: context) {
            let planned = try pilot.plan()
            guard let found = planned.screening else { return planned.pilot }
            screening = found
        }
        return try PlanBuilder(configuration: configuration, folder: folder, context: context, screening: screening).prepare()
    }

    /// Says that the results of a finished run are not those of its plan any more: nothing makes a budget smaller again.
    private func warnOfOldResults(_ tokens: Int) {
        guard Folder.holdsFile(folder.summary) else { return }
        context.logger.warning(
            """
            the results in \(folder.path) are those of the smaller budget, and no longer the run's: \
            `universal-neurons extend \(folder.path) --tokens \(tokens)` computes what is missing; no budget gets smaller again
            """)
    }
}
