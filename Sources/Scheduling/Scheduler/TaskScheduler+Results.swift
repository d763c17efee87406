import Storage

extension TaskScheduler {
    /// A task's numbers are with every reducer. Which lease it was under does not matter: the same task has the same numbers.
    mutating func finish(
        _ task: TaskID, under lease: LeaseID, by worker: WorkerID, _ digest: Digest, at now: SchedulerTime,
        _ actions: inout [SchedulerAction]
    ) {
        guard let before = tasks[task] else { return }
        if !before.results.contains(where: { $0.worker == worker }) {
            commit(.taskDone(task: task, worker: worker, digest: digest), at: now, &actions)
            judge(task, before: before, at: now, &actions)
        }
        endLeaseIfSettled(lease, at: now, &actions)
        for id in before.leases.sorted() where leases[id]?.open.isEmpty == true {
            leases[id]?.worker == worker ? endLeaseIfSettled(id, at: now, &actions) : revoke(id, at: now, &actions)
        }
    }

    /// An attempt came to nothing: the task waits for the next one, or is given up.
    mutating func fail(
        _ task: TaskID, under lease: LeaseID, _ failure: TaskFailure, at now: SchedulerTime, _ actions: inout [SchedulerAction]
    ) {
        guard let active = leases[lease], active.worker == failure.worker, active.open.contains(task) else { return }
        commit(.attemptFailed(task: task, lease: lease, failure: failure), at: now, &actions)
        if let state = tasks[task], [.waiting, .running].contains(state.phase), !state.mayBeTried(under: policy) {
            commit(.taskFailed(task: task), at: now, &actions)
        }
    }

    /// Ends a lease whose tasks are all computed or failed.
    mutating func endLeaseIfSettled(_ lease: LeaseID, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        if leases[lease]?.open.isEmpty == true { commit(.leaseEnded(lease: lease, end: .done), at: now, &actions) }
    }

    /// Compares what workers computed of a task.
    private mutating func judge(_ task: TaskID, before: TaskState, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard let state = tasks[task] else { return }
        let workers = state.results.map(\.worker)
        let differ = Set(state.results.map(\.digest)).count > 1
        if differ { commit(.auditDisagreed(task: task, workers: workers), at: now, &actions) }
        guard state.phase == .done, let digest = state.digest else { return }
        if state.results.count > 1, !differ { commit(.auditAgreed(task: task, workers: workers), at: now, &actions) }
        for wrong in state.results where wrong.digest != digest {
            actions.append(.discard(task, wrong.digest, from: wrong.worker))
            let failure = TaskFailure(
                kind: .disagreement, worker: wrong.worker, host: self.workers[wrong.worker]?.offer.host ?? "",
                reason: "its numbers differ from those of \(workers.filter { $0 != wrong.worker }.map(\.name).joined(separator: " and "))")
            commit(.attemptFailed(task: task, lease: LeaseID(epoch: epoch, number: -1), failure: failure), at: now, &actions)
        }
        if state.isAudited || differ { actions.append(.release(task, digest)) }
    }
}
