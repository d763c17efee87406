import Pipeline
import Scheduling
import Storage

/// Gives the part of a reducer that is lost for good to the others: what `reassign` does.
public struct ReassignJob {
    /// What was asked for.
    public struct Target: Sendable {
        /// The reducer's index.
        public let reducer: Int
        /// The column groups that it has.
        public let columnGroups: Int
    }

    /// The run.
    public let folder: RunFolder

    /// A job on a run's folder.
    public init(folder: RunFolder) { self.folder = folder.underWay }

    /// Finds the reducer that is meant.
    ///
    /// - Parameter name: its number, or its store as host:folder.
    /// - Throws: `ClusterError.noSuchReducer` with those that there are, `.lastReducer`, `.ownReducers`; errors of the plan.
    public func target(named name: String) throws -> Target {
        let plan = try RunPlan.read(folder.plan)
        if try ClusterLaunch.read(in: folder)?.workers != nil { throw ClusterError.ownReducers(folder.path) }
        let registry = try registry(of: plan)
        let change = try Reassignment(of: registry.index(named: name), in: plan, registry)
        return Target(reducer: change.reducer, columnGroups: change.columnGroups)
    }

    /// Changes the plan and the ledger while no coordinator works; the next one has the lost tasks computed again.
    ///
    /// - Parameter isLost: whether its store is known to be lost: reducers of a complete run have only ended.
    /// - Returns: how many tasks were done and are lost.
    /// - Throws: `StorageError.locked` while a coordinator works, `ClusterError`, errors of the plan.
    public func run(_ reducer: Int, isLost: Bool) throws -> Int {
        let lock = try FolderLock(folder.path)
        return try withExtendedLifetime(lock) {
            let plan = try RunPlan.read(folder.plan)
            var registry = try registry(of: plan)
            let change = try Reassignment(of: reducer, in: plan, registry)
            var (scheduler, time, wasComplete) = try LedgerJob(folder: folder).replay()
            if !isLost, LedgerJob.isComplete(scheduler, wasComplete: wasComplete), let store = registry.claims[reducer]?.place {
                throw ClusterError.reducerHasEnded(folder.path, reducer: reducer, store: store)
            }
            let event = SchedulerEvent.reducerLost(reducer, change.tasks(of: scheduler.taskIDs))
            let records = scheduler.handle(event, at: time).compactMap { action -> SchedulerRecord? in
                // What it would give to workers they will be given by a coordinator.
                guard case .record(let record) = action else { return nil }
                if case .reducerReassigned = record { return record }
                return record.task == nil ? nil : record
            }
            let ledger = try Ledger(Ledger.path(in: folder), plan: Ledger.identity(of: plan), program: ProgramVersion.current)
            // In this order a crash between two steps leaves what can be asked for again.
            try registry.giveUp(reducer)
            try change.plan.write(to: folder.plan)
            try ledger.append(records, at: time)
            return records.count - 1
        }
    }

    private func registry(of plan: RunPlan) throws -> ReducerRegistry {
        try ReducerRegistry(plan.reducerIndices, plan: plan.identity, path: folder.reducerClaims)
    }
}
