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
    /// Workers whose numbers were found wrong.
    public internal(set) var distrusted: Set<WorkerID> = []
    /// How many were.
    var convictions = 0
    var nextLease = 0
    var durations = LeaseDurations()
    /// Whether the reducers are being asked for what they hold.
    var isComparing = false
    /// Whether numbers were found wrong since they were asked.
    private var isStale = false
    /// Tasks that were done since the reducers were asked: their answers may not know of them.
    private var doneSince: Set<TaskID> = []
    /// Whether the comparison that a coordinator makes at its start, unasked, has not been answered.
    private var isStarting = false
    /// Since when audits are all that is left, without a worker for them.
    var stalledSince: SchedulerTime?
    /// When the last event came; nil before the first.
    private var latest: SchedulerTime?
    var absences = Absences()

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
        tasks.append(shards: shards, isAudited: policy.auditRule.contains)
    }

    // MARK: - What it knows

    /// A task's state; nil for a task that the plan does not have.
    public func state(of task: TaskID) -> TaskState? { tasks[task] }

    /// All tasks, in plan order.
    public var taskIDs: [TaskID] { tasks.ids }

    /// How many tasks are in a phase.
    public func count(of phase: TaskState.Phase) -> Int { tasks.count(of: phase) }

    /// The tasks that were given up, in plan order.
    public var failedTasks: [TaskID] { tasks.count(of: .failed) == 0 ? [] : tasks.ids.filter { tasks[$0]?.phase == .failed } }

    /// The first task that waits for a worker, in plan order.
    public var firstWaiting: TaskID? { tasks.first }

    /// How many tasks there are.
    public var taskCount: Int { tasks.count }

    // MARK: - What happens

    /// Takes an event in.
    ///
    /// - Returns: what is to be done, in this order.
    public mutating func handle(_ event: SchedulerEvent, at now: SchedulerTime) -> [SchedulerAction] {
        notice(now)
        var actions: [SchedulerAction] = []
        let speaker = take(event, at: now, &actions)
        guard outcome == nil else { return actions }
        var isTick = false
        if case .tick = event { isTick = true }
        // Somebody else may want what has become free; else only whoever spoke can want something new.
        if tasks.takeFreed() || isTick {
            grant(to: nil, at: now, &actions)
        } else if let speaker {
            grant(to: [speaker], at: now, &actions)
        }
        if isTick { skipStalledAudits(at: now, &actions) }
        compareWhenSettled(&actions)
        return actions
    }

    /// Takes an event in.
    ///
    /// - Returns: the worker that has spoken.
    private mutating func take(_ event: SchedulerEvent, at now: SchedulerTime, _ actions: inout [SchedulerAction]) -> WorkerID? {
        switch event {
        case .workerJoined(let worker, let offer):
            join(worker, offer, at: now, &actions)
            return worker
        case .workerReady(let worker, let capacity):
            hear(worker, at: now, &actions)
            workers[worker]?.capacity = max(0, capacity)
            return worker
        case .heartbeat(let worker, let held, let computing, let log):
            hear(worker, at: now, &actions)
            if !log.isEmpty { workers[worker]?.log = log }
            compare(worker, held: held, computing: computing, at: now, &actions)
            return worker
        case .heard(let worker): hear(worker, at: now, &actions)
        case .taskDone(let worker, let lease, let task, let digest):
            // Whoever is not known may be anybody; what it has computed shows when the reducers are asked.
            guard workers[worker] != nil else { return nil }
            hear(worker, at: now, &actions)
            finish(task, under: leases[lease]?.worker == worker ? lease : nil, by: worker, digest, at: now, &actions)
            return worker
        case .taskFailed(let lease, let task, let failure):
            hear(failure.worker, at: now, &actions)
            fail(task, under: lease, failure, at: now, &actions)
            if leases[lease]?.worker == failure.worker { endLeaseIfSettled(lease, at: now, &actions) }
            return failure.worker
        case .leaseReturned(let worker, let lease):
            hear(worker, at: now, &actions)
            if leases[lease]?.worker == worker { endLease(lease, .returned, at: now, &actions) }
            return worker
        case .workerDraining(let worker):
            if workers[worker]?.isDraining == false { commit(.workerDraining(worker: worker), at: now, &actions) }
        case .workerLeft(let worker): leave(worker, at: now, &actions)
        case .workerDied(let worker, let reason, let log): lose(worker, kind: .death, reason: reason, log: log, at: now, &actions)
        case .tick: if outcome == nil { loseSilentWorkers(at: now, &actions) }
        case .missing(let missing): reopen(missing, at: now, &actions)
        case .nothingMissing: settle(missing: false, at: now, &actions)
        case .held(let task, let workers, let digest): take(task, heldBy: workers, digest, at: now, &actions)
        case .contradicted(let task, let held, let offered, let digest):
            contradict(task, held: held, offered: offered, digest, at: now, &actions)
        case .reducerLost(let reducer, let tasks): reopen(tasks, lostWith: reducer, at: now, &actions)
        case .resumed:
            isStarting = true
            if outcome != nil { commit(.resumed, at: now, &actions) }
        case .retry(let chosen): retry(chosen, at: now, &actions)
        case .cancel: cancel(at: now, &actions)
        }
        return nil
    }

    /// Time that passed while nobody handled anything is time in which nobody could be heard.
    private mutating func notice(_ now: SchedulerTime) {
        guard let latest else {
            // A ledger says when a worker joined, not when it was heard of last.
            for id in workers.keys { workers[id]?.heard = now }
            absences.add(from: .zero, to: now)
            self.latest = now
            return
        }
        if now - latest > policy.leaseTimeout / 4 { absences.add(from: latest, to: now) }
        self.latest = max(latest, now)
    }

    /// Makes a record true and has it written.
    mutating func commit(_ record: SchedulerRecord, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        apply(record, at: now)
        actions.append(.record(record))
        switch record {
        case .taskDone(let task, _, _): doneSince.insert(task)
        // Sections may be emptied for it after a reducer has answered.
        case .taskContradicted, .workerDistrusted: isStale = true
        case .attemptFailed(_, _, let failure) where failure.kind == .disagreement: isStale = true
        default: break
        }
    }

    // MARK: - The end

    private mutating func compareWhenSettled(_ actions: inout [SchedulerAction]) {
        let settled = tasks.count(of: .done) + tasks.count(of: .failed)
        guard settled == tasks.count, !isComparing else { return }
        isComparing = true
        // The answer may be one to the question that was asked at the start.
        if !isStarting {
            doneSince = []
            isStale = false
        }
        actions.append(.compareWithPlan)
    }

    /// The reducers have answered.
    private mutating func settle(missing: Bool, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        // What was decided meanwhile they may not have known: they are asked again.
        let isStale = isStale
        isComparing = false
        self.isStale = false
        isStarting = false
        guard outcome == nil, !missing, !isStale, tasks.count(of: .done) + tasks.count(of: .failed) == tasks.count else { return }
        let failed = failedTasks
        let outcome = failed.isEmpty ? RunOutcome.complete : .incomplete(failed)
        commit(.finished(outcome: outcome), at: now, &actions)
        actions.append(.finish(outcome))
    }

    private mutating func reopen(_ missing: [TaskID], at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        let done = outcome == nil ? missing.filter { tasks[$0]?.phase == .done } : []
        // What has been done since the reducers were asked is looked for the next time.
        for task in done where !doneSince.contains(task) {
            reopen(task, because: "the reducers do not hold it", at: now, &actions)
        }
        settle(missing: !done.isEmpty, at: now, &actions)
    }

    private mutating func reopen(_ task: TaskID, because reason: String, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard let before = tasks[task], before.phase == .done else { return }
        // A reducer may hold it back for an audit of which nobody knows any more.
        if let digest = before.digest { actions.append(.release(task, digest)) }
        commit(.taskReopened(task: task, reason: reason), at: now, &actions)
        for worker in before.results.map(\.worker) {
            let failure = TaskFailure(
                kind: .vanished, worker: worker, host: workers[worker]?.offer.host ?? "", reason: "it was reported done, and \(reason)")
            commit(.attemptFailed(task: task, lease: LeaseID(epoch: epoch, number: -1), failure: failure), at: now, &actions)
        }
        if let state = tasks[task], state.vanishings >= policy.retries, state.leases.isEmpty {
            commit(.taskFailed(task: task), at: now, &actions)
        }
    }

    /// What a reducer held is lost. It is nobody's failure: workers are trusted as before, and no attempt is counted.
    private mutating func reopen(_ lost: [TaskID], lostWith reducer: Int, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        commit(.reducerReassigned(reducer: reducer), at: now, &actions)
        for task in lost where tasks[task]?.phase == .done {
            commit(.taskReopened(task: task, reason: "its numbers were lost with reducer \(reducer)"), at: now, &actions)
        }
    }

    /// The reducers hold all numbers of a task, whatever the ledger says.
    private mutating func take(
        _ task: TaskID, heldBy holders: Set<WorkerID>, _ digest: Digest, at now: SchedulerTime, _ actions: inout [SchedulerAction]
    ) {
        guard let state = tasks[task] else { return }
        guard policy.comparesIntegers else {
            // Sections of several workers fit together as well as those of one.
            if state.phase != .done, let worker = holders.min() { finish(task, by: worker, digest, at: now, &actions) }
            return
        }
        guard holders.count == 1, let worker = holders.first else {
            return take(mixed: task, state, digest, at: now, &actions)
        }
        if state.phase != .done {
            finish(task, by: worker, digest, at: now, &actions)
        } else if let known = state.digest, known != digest, let other = state.results.first(where: { $0.digest == known })?.worker {
            contradict(task, held: worker, offered: other, known, at: now, &actions)
        }
    }

    /// Sections of several workers may all be right; if not, their digest is nobody's, and says of none of these workers that it was wrong.
    /// What is not done is therefore computed, and what is done once more: that is offered to each reducer, which then compares its
    /// sections one by one and names whose are wrong.
    private mutating func take(
        mixed task: TaskID, _ state: TaskState, _ digest: Digest, at now: SchedulerTime, _ actions: inout [SchedulerAction]
    ) {
        // Reducers that answered before numbers were found wrong are asked again, and have emptied what was wrong by then.
        guard state.phase == .done, state.digest != digest, !isStale, !doneSince.contains(task) else { return }
        reopen(task, because: "the reducers hold sections of it that do not fit together", at: now, &actions)
    }

    private mutating func retry(_ chosen: [TaskID]?, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        for task in chosen ?? tasks.ids where tasks[task]?.phase == .failed {
            commit(.taskReopened(task: task, reason: "it is tried again on demand"), at: now, &actions)
        }
    }

    private mutating func cancel(at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        // A run of which every task is done may still be at its results.
        guard outcome != .cancelled else { return }
        // Whatever the reducers still answer comes too late.
        isComparing = false
        for id in leases.keys.sorted() { revoke(id, at: now, &actions) }
        commit(.finished(outcome: .cancelled), at: now, &actions)
        actions.append(.finish(.cancelled))
    }

    /// Ends a lease of which nothing is wanted any more.
    mutating func revoke(_ lease: LeaseID, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard let active = leases[lease] else { return }
        endLease(lease, .revoked, at: now, &actions)
        actions.append(.revoke(lease, from: active.worker))
    }
}
