extension TaskScheduler {
    /// Makes a record true: when it happens, and when a ledger is read after a restart.
    ///
    /// Records of workers, leases and tasks that are not known change nothing.
    public mutating func apply(_ record: SchedulerRecord, at now: SchedulerTime) {
        switch record {
        case .workerJoined(let id, let offer): workers[id] = WorkerState(offer: offer, at: now)
        case .workerLeft(let id): workers[id] = nil
        case .workerLost(let id, _):
            workers[id]?.isLost = true
        case .workerBack(let id): bringBack(id)
        case .leaseGranted(let lease, let worker): begin(lease, worker, at: now)
        case .leaseEnded(let id, let end): self.end(id, end, at: now)
        case .taskDone(let task, let worker, let digest): enter(task, worker, TaskState.Result(worker: worker, digest: digest))
        case .attemptFailed(let task, let lease, let failure): enter(failure, of: task, under: lease, at: now)
        case .taskFailed(let task): tasks.update(task) { $0.phase = .failed }
        case .taskReopened(let task, _):
            outcome = nil
            tasks.update(task) {
                $0.failures = []
                $0.results = []
                $0.notBefore = .zero
                $0.phase = $0.leases.isEmpty ? .waiting : .running
            }
        case .auditSkipped(let task): tasks.update(task) { $0.phase = .done }
        case .auditAgreed, .auditDisagreed: break
        case .resumed: outcome = nil
        case .finished(let outcome): self.outcome = outcome
        }
    }

    private mutating func begin(_ lease: Lease, _ worker: WorkerID, at now: SchedulerTime) {
        let known = lease.tasks.filter { tasks[$0] != nil }
        leases[lease.id] = ActiveLease(lease: lease, worker: worker, granted: now, open: Set(known))
        workers[worker]?.leases.insert(lease.id)
        for task in known {
            tasks.update(task) {
                $0.leases.insert(lease.id)
                if $0.phase == .waiting { $0.phase = .running }
            }
        }
        if lease.id.epoch == epoch { nextLease = max(nextLease, lease.id.number + 1) }
    }

    private mutating func end(_ id: LeaseID, _ end: LeaseEnd, at now: SchedulerTime) {
        guard let active = leases.removeValue(forKey: id) else { return }
        workers[active.worker]?.leases.remove(id)
        for task in active.lease.tasks { release(task, from: id) }
        switch end {
        case .done: durations.add(milliseconds: now - active.granted, tasks: active.lease.groups.count)
        case .lost: lost[id] = active
        case .returned, .revoked: break
        }
    }

    /// A task is no longer computed under a lease.
    private mutating func release(_ task: TaskID, from lease: LeaseID) {
        tasks.update(task) {
            $0.leases.remove(lease)
            if $0.phase == .running, $0.leases.isEmpty { $0.phase = .waiting }
        }
    }

    private mutating func enter(_ task: TaskID, _ worker: WorkerID, _ result: TaskState.Result) {
        workers[worker]?.done += 1
        workers[worker]?.failuresInARow = 0
        tasks.update(task) {
            if !$0.results.contains(where: { $0.worker == worker }) { $0.results.append(result) }
            $0.phase = $0.digest == nil ? .auditing : .done
        }
        guard let state = tasks[task] else { return }
        // Copies of a task that is done are not needed; an audit that needs another computation takes one that is under way.
        for id in state.leases where state.phase == .done || leases[id]?.worker == worker {
            leases[id]?.open.remove(task)
            tasks.update(task) { $0.leases.remove(id) }
        }
    }

    private mutating func enter(_ failure: TaskFailure, of task: TaskID, under lease: LeaseID, at now: SchedulerTime) {
        // A worker that is lost may come back and bring the task after all; its leases end as a whole.
        if !failure.mayBeDeadly {
            leases[lease]?.open.remove(task)
            release(task, from: lease)
        }
        let policy = policy
        tasks.update(task) {
            $0.failures.append(failure)
            if failure.kind != .disagreement { $0.notBefore = now + policy.wait(afterFailures: $0.failures.count) }
        }
        guard var worker = workers[failure.worker] else { return }
        worker.failures += 1
        worker.failuresInARow += 1
        if worker.failuresInARow > 1 { worker.notBefore = now + policy.wait(afterFailures: worker.failuresInARow - 1) }
        workers[failure.worker] = worker
    }

    /// What was lost with a worker that is back is no failure of its tasks; it goes on with its leases.
    private mutating func bringBack(_ id: WorkerID) {
        workers[id]?.isLost = false
        for (lease, active) in lost where active.worker == id {
            lost[lease] = nil
            var active = active
            active.open = active.open.filter { tasks[$0]?.isSettled == false || tasks[$0]?.phase == .failed }
            for task in active.lease.tasks { forgive(task, id) }
            guard !active.open.isEmpty else { continue }
            leases[lease] = active
            workers[id]?.leases.insert(lease)
            for task in active.open {
                tasks.update(task) {
                    guard !$0.isSettled else { return }
                    $0.leases.insert(lease)
                    if $0.phase == .waiting { $0.phase = .running }
                }
            }
        }
    }

    private mutating func forgive(_ task: TaskID, _ worker: WorkerID) {
        let policy = policy
        tasks.update(task) {
            let count = $0.failures.count
            $0.failures.removeAll { $0.kind == .silence && $0.worker == worker }
            guard $0.failures.count < count else { return }
            if $0.phase == .failed, $0.mayBeTried(under: policy) { $0.phase = .waiting }
        }
        // A run that had ended with this task among the failed ones goes on.
        if case .incomplete = outcome, tasks[task]?.phase == .waiting { outcome = nil }
    }
}
