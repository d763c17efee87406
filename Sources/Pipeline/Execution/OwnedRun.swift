import Statistics
import Storage

/// A run's folder and its store, owned: as long as this lives, no other process changes them.
public struct OwnedRun: Sendable {
    /// Counts the owners of the run's folder.
    public var epoch: Int { run.epoch }

    private let folder: RunFolder
    private let begun: BegunRun
    private let run: FolderLock
    private let store: FolderLock

    /// Takes a folder and its store; both are made where they are missing. `reduce` adds to a store without owning its run.
    ///
    /// To be called before the plan is made: a run that is refused must not have changed it.
    ///
    /// - Throws: `PipelineError.outputInsideCorpus`, `.outputNotEmpty`, `StorageError.locked` when another process owns one of them.
    public init(_ folder: RunFolder, of configuration: Configuration, context: JobContext) throws {
        try configuration.corpus.check(output: folder.path)
        try folder.checkHoldsNoStrangers()
        begun = try BegunRun(folder)
        try context.files.createFolder(folder.path)
        self.folder = folder
        run = try FolderLock(folder.path)
        try context.files.createFolder(folder.store)
        store = try FolderLock(folder.store)
    }

    /// Does what comes before the run has a plan; where an input is refused, what was made here meanwhile is removed.
    ///
    /// - Returns: what `body` gives.
    /// - Throws: what `body` throws.
    public func plan<Result>(_ body: () throws -> Result) throws -> Result { try begun.plan(checkOwner: check, body) }

    /// Makes sure that this process still owns both; to be called before each change.
    ///
    /// - Throws: `StorageError.lockLost`.
    public func check() throws {
        try run.check()
        try store.check()
    }

    /// Makes sure that nothing will be computed again here that reducers elsewhere have; to be called before the plan is made.
    ///
    /// - Throws: `PipelineError.statisticsElsewhere` when the run's own store has nothing, and reducers have been given their parts; errors of
    ///   the plan and the store.
    public func checkStatisticsAreNotElsewhere() throws {
        guard folder.hasPlan, Folder.holdsFile(folder.reducerClaims) else { return }
        let plan = try RunPlan.read(folder.plan)
        let snapshot = try StoreSnapshot(of: plan.store(at: folder.store), strata: plan.numbers.corpus.strata)
        guard snapshot.isEmpty else { return }
        throw PipelineError.statisticsElsewhere(folder: folder.path)
    }
}
