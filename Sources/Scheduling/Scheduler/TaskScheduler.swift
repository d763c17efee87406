import Storage

/// Decides who computes what: a state machine of pure values, without clock, socket or file.
///
///     var scheduler = TaskScheduler(shards: plan.shards, groups: plan.groups, policy: policy, epoch: lock.epoch)
///     for action in scheduler.handle(.workerReady(worker, leases: 2), at: now) { … }
///
/// Every change of what must outlive a restart is a `SchedulerRecord`. It is made by `apply`, both when it happens and when a ledger is read
/// again, so a scheduler that was restored is the one that was lost. What needs no record (when a worker was last heard of, how many leases it
/// can hold) comes with the next message of each worker.
public struct TaskScheduler: Sendable {
    /// How patient it is.
    public let policy: SchedulerPolicy
    /// Distinguishes this coordinator's leases from those of earlier ones.
    public let epoch: Int
    var tasks: TaskTable
    /// The workers that have joined and not left.
    public internal(set) var workers: [WorkerID: WorkerState] = [:]
    /// The leases that workers have.
    public internal(set) var leases: [LeaseID: ActiveLease] = [:]
    /// Leases of workers that are lost: such a worker may come back and finish them.
    var lost: [LeaseID: ActiveLease] = [:]
    /// How the run ended, if it has.
    public internal(set) var outcome: RunOutcome?
    var nextLease = 0
    var durations = LeaseDurations()
    private var isComparing = false
    /// Since when audits are all that is left, without a worker for them.
    var stalledSince: SchedulerTime?

    /// - Parameters:
    ///   - shards: the indices of the plan's shards, in plan order.
    ///   - groups: how many block groups the plan has.
    ///   - epoch: higher than that of any scheduler that the run has had.
    public init(shards: [Int], groups: Int, policy: SchedulerPolicy, epoch: Int) {
        self.policy = policy
        self.epoch = epoch
        tasks = TaskTable(groups: groups)
        add(shards: shards)
    }

    /// Adds shards of a larger budget behind those that are there.
    public mutating func add(shards: [Int]) {
        tasks.append(shards: shards) { AuditSample.contains($0, share: policy.audit) }
    }

    // MARK: - What it knows

    /// A task's state; nil for a task that the plan does not have.
    public func state(of task: TaskID) -> TaskState? { tasks[task] }

    /// All tasks, in plan order.
    public var taskIDs: [TaskID] { tasks.ids }

    /// How many tasks are in a phase.
    public func count(of phase: TaskState.Phase) -> Int { tasks.count(of: phase) }

    /// The first task that waits for a worker, in plan order.
    public var firstWaiting: TaskID? { tasks.first }

    /// How many tasks there are.
    public var taskCount: Int { tasks.count }

    // MARK: - What happens

    /// Takes an event in.
    ///
    /// - Returns: what is to be done, in this order.
    public mutating func handle(_ event: SchedulerEvent, at now: SchedulerTime) -> [SchedulerAction] {
        var actions: [SchedulerAction] = []
        switch event {
        case .workerJoined(let worker, let offer): join(worker, offer, at: now, &actions)
        case .workerReady(let worker, let capacity):
            hear(worker, at: now, &actions)
            workers[worker]?.capacity = max(0, capacity)
        case .heartbeat(let worker, let held):
            hear(worker, at: now, &actions)
            compare(worker, held: held, at: now, &actions)
        case .taskDone(let worker, let lease, let task, let digest):
            hear(worker, at: now, &actions)
            finish(task, under: lease, by: worker, digest, at: now, &actions)
        case .taskFailed(let lease, let task, let failure):
            hear(failure.worker, at: now, &actions)
            fail(task, under: lease, failure, at: now, &actions)
            endLeaseIfSettled(lease, at: now, &actions)
        case .leaseReturned(let worker, let lease):
            hear(worker, at: now, &actions)
            if leases[lease]?.worker == worker { commit(.leaseEnded(lease: lease, end: .returned), at: now, &actions) }
        case .workerDraining(let worker): workers[worker]?.isDraining = true
        case .workerLeft(let worker): leave(worker, at: now, &actions)
        case .workerDied(let worker, let reason, let log): lose(worker, kind: .death, reason: reason, log: log, at: now, &actions)
        case .tick: loseSilentWorkers(at: now, &actions)
        case .missing(let missing): reopen(missing, at: now, &actions)
        case .nothingMissing: settle(missing: false, at: now, &actions)
        case .held(let task, let worker, let digest):
            if tasks[task]?.phase != .done {
                finish(task, under: LeaseID(epoch: epoch, number: -1), by: worker, digest, at: now, &actions)
            }
        case .resumed: if outcome != nil { commit(.resumed, at: now, &actions) }
        case .retry(let chosen): retry(chosen, at: now, &actions)
        case .cancel: cancel(at: now, &actions)
        }
        guard outcome == nil else { return actions }
        grant(at: now, &actions)
        skipStalledAudits(at: now, &actions)
        compareWhenSettled(&actions)
        return actions
    }

    /// Makes a record true and has it written.
    mutating func commit(_ record: SchedulerRecord, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        apply(record, at: now)
        actions.append(.record(record))
    }

    // MARK: - The end

    private mutating func compareWhenSettled(_ actions: inout [SchedulerAction]) {
        let settled = tasks.count(of: .done) + tasks.count(of: .failed)
        guard settled == tasks.count, !isComparing else { return }
        isComparing = true
        actions.append(.compareWithPlan)
    }

    private mutating func settle(missing: Bool, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        isComparing = false
        let failed = tasks.ids.filter { tasks[$0]?.phase == .failed }
        guard !missing, tasks.count(of: .done) + failed.count == tasks.count else { return }
        let outcome = failed.isEmpty ? RunOutcome.complete : .incomplete(failed)
        commit(.finished(outcome: outcome), at: now, &actions)
        actions.append(.finish(outcome))
    }

    private mutating func reopen(_ missing: [TaskID], at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        let done = missing.filter { tasks[$0]?.phase == .done }
        for task in done { commit(.taskReopened(task: task, reason: "the reducers do not hold it"), at: now, &actions) }
        settle(missing: !done.isEmpty, at: now, &actions)
    }

    private mutating func retry(_ chosen: [TaskID]?, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        for task in chosen ?? tasks.ids where tasks[task]?.phase == .failed {
            commit(.taskReopened(task: task, reason: "it is tried again on demand"), at: now, &actions)
        }
    }

    private mutating func cancel(at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard outcome == nil else { return }
        for id in leases.keys.sorted() { revoke(id, at: now, &actions) }
        commit(.finished(outcome: .cancelled), at: now, &actions)
        actions.append(.finish(.cancelled))
    }

    /// Ends a lease of which nothing is wanted any more.
    mutating func revoke(_ lease: LeaseID, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard let active = leases[lease] else { return }
        commit(.leaseEnded(lease: lease, end: .revoked), at: now, &actions)
        actions.append(.revoke(lease, from: active.worker))
    }
}
