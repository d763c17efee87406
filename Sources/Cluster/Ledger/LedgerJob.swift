import Pipeline
import Scheduling
import Storage

/// What can be learned from a run's ledger, and changed in it, while no coordinator works.
public struct LedgerJob {
    /// The run; of a screened one its pilot, as long as the run has no plan.
    public let folder: RunFolder
    /// The run that was named.
    let named: RunFolder

    /// Whether it is the run's coordinator that asks: nobody else has gone on with the run then.
    private let isCoordinator: Bool

    /// The ledger of a run.
    public init(folder: RunFolder) { self.init(folder: folder, isCoordinator: false) }

    init(folder: RunFolder, isCoordinator: Bool) {
        self.folder = folder.underWay
        named = folder
        self.isCoordinator = isCoordinator
    }

    /// The history, oldest first.
    ///
    /// - Parameter task: only what concerns this task.
    /// - Throws: `ClusterError.ofOneProcess`, `.ledgerMissing`, `.ledgerUnusable`.
    public func entries(of task: TaskID? = nil) throws -> [LedgerEntry] {
        let path = Ledger.path(in: folder)
        // What a coordinator did stays history also where one process has gone on.
        if !Folder.holdsFile(path) { try checkForCoordinator() }
        return try Ledger(reading: path).entries(of: task)
    }

    /// Why there is nothing to cancel, while no coordinator works.
    ///
    /// - Returns: `ClusterError.nothingRuns` where everything is done and analysed, else `.noCoordinator`.
    /// - Throws: as `scheduler`.
    public func nothingRuns() throws -> ClusterError {
        try isComputed() && !isPilot && folder.hasResults() ? .nothingRuns(named.path) : .noCoordinator(named.path)
    }

    /// Whether it is the pilot of the run that was named.
    var isPilot: Bool { folder != named }

    /// Opens the ledger to read it.
    private func ledger() throws -> Ledger {
        try checkForCoordinator()
        return try Ledger(reading: Ledger.path(in: folder))
    }

    /// Makes sure that the run is a coordinator's, and not one that a process has begun or gone on with alone: of what that has computed a
    /// ledger of before knows nothing.
    private func checkForCoordinator() throws {
        guard !isCoordinator, folder.hasPlan, try ClusterLaunch.read(in: folder) == nil else { return }
        let run = LoneRun(in: folder)
        // How the coordinator was started may be lost; where others have the statistics, or nobody has any, no process went on alone.
        if Folder.holdsFile(Ledger.path(in: folder)), try run == .planned || RunInspection(folder).areStatisticsElsewhere { return }
        if case .goesOn = run { throw ClusterError.ofOneProcess(named.path, run) }
        if isPilot { throw PipelineError.pilotIncomplete(folder: named.path) }
        throw ClusterError.ofOneProcess(folder.path, run)
    }

    /// The scheduler as the ledger knows it: tasks, failures and results.
    ///
    /// - Throws: as `entries`, and as reading the plan.
    public func scheduler() throws -> (scheduler: TaskScheduler, time: SchedulerTime) {
        let (scheduler, time, _) = try replay()
        return (scheduler, time)
    }

    /// The scheduler as the ledger knows it, and whether the run was complete and nothing of it was in doubt since.
    func replay() throws -> (scheduler: TaskScheduler, time: SchedulerTime, wasComplete: Bool) {
        let plan = try RunPlan.read(folder.plan)
        let shards = try PlannedTasks(in: folder).entries.filter { $0.group == 0 }.map(\.shard)
        let policy = try policy()
        var scheduler = TaskScheduler(shards: shards, groups: plan.blockGroups.count, policy: policy, epoch: 0)
        let ledger = try ledger()
        var wasComplete = false
        for entry in try ledger.entries() {
            scheduler.apply(entry.record, at: entry.time)
            switch entry.record {
            case .finished(let outcome): wasComplete = outcome == .complete
            case .taskReopened, .taskContradicted, .workerDistrusted, .taskFailed: wasComplete = false
            default: break
            }
        }
        return (scheduler, try ledger.lastTime(), wasComplete)
    }

    /// Which tasks are audited, and when one is given up, is as the run was started.
    private func policy() throws -> SchedulerPolicy {
        var policy = try ClusterLaunch.read(in: folder)?.policy ?? SchedulerPolicy()
        guard policy.audit > 0 else { return policy }
        if let salt = try? AuditSalt.known(in: folder) {
            policy.auditSalt = salt
        } else {
            // Whoever may not read it, or has lost it, would draw other tasks than the run did: what is done counts as done.
            policy.audit = 0
        }
        return policy
    }

    /// Why a task is where it is; nil where the run has no such task.
    ///
    /// - Throws: as `scheduler`.
    public func explanation(of task: TaskID) throws -> TaskExplanation? {
        // Before the ledger is read: a coordinator that begins meanwhile is met at the next look.
        let isCoordinated = FolderLock.holder(of: folder.path) != nil
        let (scheduler, time) = try scheduler()
        return scheduler.explanation(of: task, at: time, isCoordinated: isCoordinated)
    }

    /// Gives failed tasks a new chance: the next coordinator tries them again.
    ///
    /// - Parameter chosen: the tasks; nil: all that failed.
    /// - Returns: how many there are, and where those stand that were named and have not failed.
    /// - Throws: `StorageError.locked` while a coordinator works, `ClusterError.ledgerUnusable`, `.noSuchTask`.
    public func retry(_ chosen: [TaskID]?) throws -> RetryEffect {
        // First of all: who owns such a run while it goes on is no coordinator.
        try checkForCoordinator()
        let lock = try FolderLock(folder.path)
        return try withExtendedLifetime(lock) {
            var (scheduler, time) = try scheduler()
            if let stranger = chosen?.first(where: { scheduler.explanation(of: $0, at: time) == nil }) {
                throw ClusterError.noSuchTask(stranger, in: folder)
            }
            let effect = scheduler.effect(ofRetrying: chosen, isCoordinated: false)
            let records = scheduler.handle(.retry(chosen), at: time).compactMap { action -> SchedulerRecord? in
                if case .record(let record) = action { record } else { nil }
            }
            let plan = try RunPlan.read(folder.plan)
            try Ledger(Ledger.path(in: folder), plan: Ledger.identity(of: plan), program: ProgramVersion.current)
                .append(records.filter { $0.task != nil }, at: time)
            return effect
        }
    }
}
