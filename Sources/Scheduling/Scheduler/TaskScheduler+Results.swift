import Storage

extension TaskScheduler {
    /// A lease that stands for none.
    private var noLease: LeaseID { LeaseID(epoch: epoch, number: -1) }

    /// A task's numbers are with every reducer. Which lease it was under does not matter: the same task has the same numbers.
    mutating func finish(
        _ task: TaskID, under lease: LeaseID? = nil, by worker: WorkerID, _ digest: Digest, at now: SchedulerTime,
        _ actions: inout [SchedulerAction]
    ) {
        guard let before = tasks[task] else { return }
        // What a reducer has said of its numbers may be known before it has reported them itself.
        let isUnderWay = before.leases.contains { leases[$0]?.worker == worker && leases[$0]?.open.contains(task) == true }
        // Where integers are not compared the first stand: a later copy's only end its lease.
        let isNews = policy.comparesIntegers || before.phase != .done
        if isNews, isUnderWay || !before.results.contains(where: { $0.worker == worker }) {
            commit(.taskDone(task: task, worker: worker, digest: digest), at: now, &actions)
            judge(task, at: now, &actions)
        }
        if let lease { endLeaseIfSettled(lease, at: now, &actions) }
        endSettledLeases(before.leases, by: worker, at: now, &actions)
    }

    private mutating func endSettledLeases(
        _ ids: Set<LeaseID>, by worker: WorkerID, at now: SchedulerTime, _ actions: inout [SchedulerAction]
    ) {
        for id in ids.sorted() where leases[id]?.open.isEmpty == true {
            leases[id]?.worker == worker ? endLeaseIfSettled(id, at: now, &actions) : revoke(id, at: now, &actions)
        }
    }

    /// An attempt came to nothing: the task waits for the next one, or is given up.
    mutating func fail(
        _ task: TaskID, under lease: LeaseID, _ failure: TaskFailure, at now: SchedulerTime, _ actions: inout [SchedulerAction]
    ) {
        guard let active = leases[lease], active.worker == failure.worker, active.open.contains(task) else { return }
        commit(.attemptFailed(task: task, lease: lease, failure: failure), at: now, &actions)
        giveUpIfHopeless(task, at: now, &actions)
    }

    /// Gives up on a task that nobody computes and that may not be tried again.
    mutating func giveUpIfHopeless(_ task: TaskID, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard let state = tasks[task], state.leases.isEmpty, !state.isSettled, !state.mayBeTried(under: policy) else { return }
        if state.phase == .auditing { return concludeAudit(of: task, at: now, &actions) }
        commit(.taskFailed(task: task), at: now, &actions)
    }

    /// Ends a lease; what was not done of it waits, or is given up.
    mutating func endLease(_ id: LeaseID, _ end: LeaseEnd, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard let active = leases[id] else { return }
        commit(.leaseEnded(lease: id, end: end, shard: active.lease.shard), at: now, &actions)
        for task in active.open.sorted() { giveUpIfHopeless(task, at: now, &actions) }
    }

    /// Ends a lease whose tasks are all computed or failed.
    mutating func endLeaseIfSettled(_ lease: LeaseID, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        if leases[lease]?.open.isEmpty == true { endLease(lease, .done, at: now, &actions) }
    }

    /// A reducer has folded other numbers of a task than a worker offers. It may say so more than once.
    mutating func contradict(
        _ task: TaskID, held: WorkerID, offered: WorkerID, _ digest: Digest?, at now: SchedulerTime, _ actions: inout [SchedulerAction]
    ) {
        guard policy.comparesIntegers, outcome == nil, let before = tasks[task] else { return }
        let isKnown =
            digest.map { digest in
                // Numbers that are known to be wrong tell nothing new.
                before.contradictions.contains { $0.held == held && $0.digest == digest }
                    || before.wrong.contains { $0.digest == digest && $0.worker == offered }
            } ?? before.isAudited
        guard !isKnown else { return }
        commit(.taskContradicted(task: task, held: held, offered: offered, digest: digest), at: now, &actions)
        judge(task, at: now, &actions)
        endSettledLeases(before.leases, by: offered, at: now, &actions)
    }

    /// Compares what workers computed of a task.
    mutating func judge(_ task: TaskID, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard let state = tasks[task] else { return }
        let workers = state.results.map(\.worker)
        let differ = Set(state.results.map(\.digest)).count > 1
        if differ { commit(.auditDisagreed(task: task, workers: workers), at: now, &actions) }
        guard state.digest != nil else { return }
        if workers.count > 1, !differ { commit(.auditAgreed(task: task, workers: workers), at: now, &actions) }
        let wrong = state.wrong
        for wrong in wrong { convict(wrong.worker, task, at: now, &actions) }
        if state.needsVerdict || !wrong.isEmpty { actions += verdict(on: task) }
    }

    /// Numbers of a worker are wrong.
    private mutating func convict(_ id: WorkerID, _ task: TaskID, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard let state = tasks[task] else { return }
        if !state.failures.contains(where: { $0.kind == .disagreement && $0.worker == id }) {
            let right = state.results.filter { $0.digest == state.digest }.map(\.worker.name)
            let failure = TaskFailure(
                kind: .disagreement, worker: id, host: workers[id]?.offer.host ?? "",
                reason: "its numbers differ from those of \(right.isEmpty ? "two others" : right.joined(separator: " and "))")
            commit(.attemptFailed(task: task, lease: noLease, failure: failure), at: now, &actions)
        }
        guard !distrusted.contains(id) else { return }
        commit(.workerDistrusted(worker: id, task: task), at: now, &actions)
        for lease in workers[id]?.leases.sorted() ?? [] { revoke(lease, at: now, &actions) }
    }
}
