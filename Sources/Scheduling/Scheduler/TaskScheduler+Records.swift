import Storage

extension TaskScheduler {
    /// Makes a record true: when it happens, and when a ledger is read after a restart.
    ///
    /// Records of workers, leases and tasks that are not known change nothing.
    public mutating func apply(_ record: SchedulerRecord, at now: SchedulerTime) {
        switch record {
        case .workerJoined(let id, let offer):
            workers[id] = WorkerState(offer: offer, at: now)
            workers[id]?.isDistrusted = distrusted.contains(id)
        case .workerLeft(let id):
            workers[id] = nil
            lost = lost.filter { $0.value.worker != id }
        case .workerLost(let id, _): workers[id]?.isLost = true
        case .workerBack(let id): bringBack(id, at: now)
        case .workerDraining(let id): workers[id]?.isDraining = true
        case .workerDistrusted(let id, _): distrust(id)
        case .leaseGranted(let lease, let worker): begin(lease, worker, at: now)
        case .leaseEnded(let id, let end, _): self.end(id, end, at: now)
        case .taskDone(let task, let worker, let digest): enter(task, worker, TaskState.Result(worker: worker, digest: digest))
        case .attemptFailed(let task, let lease, let failure): enter(failure, of: task, under: lease, at: now)
        case .taskFailed(let task): tasks.update(task) { $0.phase = .failed }
        case .taskReopened(let task, _):
            outcome = nil
            let convictions = convictions
            tasks.update(task) { $0.reopen(afterConvictions: convictions) }
        case .taskContradicted(let task, let held, let offered, let digest): enter(task, held: held, offered: offered, digest)
        case .auditSkipped(let task):
            let distrusted = distrusted
            tasks.update(task) { $0.skipAudit(distrusting: distrusted) }
        case .auditAgreed, .auditDisagreed, .reducerReassigned: break
        case .resumed: resume(at: now)
        case .finished(let outcome): self.outcome = outcome
        }
    }

    /// Whatever was compared before the run went on is compared again; silence while nobody listened says nothing.
    private mutating func resume(at now: SchedulerTime) {
        outcome = nil
        isComparing = false
        for id in workers.keys { workers[id]?.heard = now }
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
        case .returned:
            let policy = policy
            for task in active.open { tasks.update(task) { $0.note(returnBy: active.worker, at: now, under: policy) } }
        case .revoked: break
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
        let isDoubted = distrusted.contains(worker)
        tasks.update(task) {
            if !$0.results.contains(where: { $0.worker == worker }) { $0.results.append(result) }
            if isDoubted { $0.isAudited = true }
            $0.stand()
        }
        dropLeases(of: task, from: worker)
    }

    /// Copies of a task that is done are not needed; an audit that needs another computation takes one that is under way.
    private mutating func dropLeases(of task: TaskID, from worker: WorkerID) {
        guard let state = tasks[task] else { return }
        for id in state.leases where state.phase == .done || leases[id]?.worker == worker {
            leases[id]?.open.remove(task)
            release(task, from: id)
        }
    }

    /// A reducer has seen numbers that differ. The two workers' words stand against each other until others have computed the task.
    private mutating func enter(_ task: TaskID, held: WorkerID, offered: WorkerID, _ digest: Digest?) {
        tasks.update(task) {
            if let digest {
                let contradiction = TaskState.Contradiction(held: held, digest: digest)
                if !$0.contradictions.contains(contradiction) { $0.contradictions.append(contradiction) }
                if !$0.results.contains(where: { $0.worker == offered }) {
                    $0.results.append(TaskState.Result(worker: offered, digest: digest))
                }
            }
            $0.isAudited = true
            // What was given up waits for somebody to try it again.
            if $0.phase != .failed || $0.agreed != nil { $0.stand() }
        }
        guard tasks[task]?.phase == .done else { return }
        dropLeases(of: task, from: offered)
    }

    /// Others agreed that a worker was wrong once: what nobody else has computed is in doubt, also where it was folded long ago.
    private mutating func distrust(_ id: WorkerID) {
        convictions += 1
        distrusted.insert(id)
        workers[id]?.isDistrusted = true
        tasks.updateAll {
            guard $0.phase == .done, $0.verdict == nil, $0.results.count == 1, $0.results[0].worker == id else { return }
            $0.isAudited = true
            $0.stand()
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
            if failure.isAttempt { $0.notBefore = now + policy.wait(afterFailures: $0.attempts) }
        }
        guard failure.kind != .vanished, var worker = workers[failure.worker] else { return }
        worker.failures += 1
        // One cause fails all tasks of a lease, so it counts once.
        if let active = leases[lease], !active.hasFailed {
            leases[lease]?.hasFailed = true
            worker.failuresInARow += 1
            if worker.failuresInARow > 1 { worker.notBefore = now + policy.wait(afterFailures: worker.failuresInARow - 1) }
        }
        workers[failure.worker] = worker
    }

    /// What was lost with a worker that is back is no failure of its tasks; it goes on with its leases.
    private mutating func bringBack(_ id: WorkerID, at now: SchedulerTime) {
        workers[id]?.isLost = false
        workers[id]?.heard = now
        workers[id]?.failuresInARow = 0
        workers[id]?.notBefore = .zero
        for (lease, active) in lost where active.worker == id {
            lost[lease] = nil
            var active = active
            for task in active.lease.tasks { forgive(task, id) }
            active.open = active.open.filter { tasks[$0]?.isSettled == false }
            guard !active.open.isEmpty, !distrusted.contains(id) else { continue }
            leases[lease] = active
            workers[id]?.leases.insert(lease)
            for task in active.open {
                tasks.update(task) {
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
            if $0.phase == .failed, $0.mayBeTried(under: policy) { $0.stand() }
        }
        // A run that had ended with this task among the failed ones goes on.
        if case .incomplete = outcome, tasks[task]?.isSettled == false { outcome = nil }
    }
}
