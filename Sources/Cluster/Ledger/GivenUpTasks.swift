import Pipeline
import Scheduling
import Storage

/// The tasks that a run's coordinator has given up, for those who miss their statistics.
public enum GivenUpTasks {
    /// Does what needs a run's statistics; where they lack just what was given up, that is what the error says.
    ///
    /// - Parameter body: such as an analysis.
    /// - Returns: what it gives.
    /// - Throws: `ClusterError.tasksGivenUp` where the ledger has given up every task whose statistics are missing, and no other is left to
    ///   be done; else what `body` throws.
    public static func named<Result>(in folder: RunFolder, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as PipelineError {
            switch error {
            case .incomplete, .partlyElsewhere, .unfinishedWithReducers: throw try givenUp(in: folder) ?? error
            default: throw error
            }
        }
    }

    /// The tasks that were given up, where the statistics in a run's folder lack them and nothing else.
    ///
    /// - Returns: none where anything but given up is missing, and where there is no ledger that could say it.
    /// - Throws: errors of the plan and the store.
    public static func lacking(in folder: RunFolder) throws -> [TaskID] {
        guard Folder.holdsFile(Ledger.path(in: folder)), let (scheduler, _) = try? LedgerJob(folder: folder).scheduler() else { return [] }
        let failed = scheduler.failedTasks
        guard !failed.isEmpty, scheduler.count(of: .done) + failed.count == scheduler.taskCount else { return [] }
        let missing = try PlannedTasks(in: folder).missing(inStoreOf: folder).map { TaskID(shard: $0.shard, group: $0.group) }
        return Set(missing) == Set(failed) ? failed : []
    }

    /// What the ledger says of what is missing; nil where that is anything but given up.
    private static func givenUp(in folder: RunFolder) throws -> ClusterError? {
        let failed = try lacking(in: folder)
        return failed.isEmpty ? nil : .tasksGivenUp(count: failed.count, run: folder.path)
    }
}
