extension TaskScheduler {
    /// A worker shows what it brings. One that connects again under the same name keeps its leases.
    mutating func join(_ id: WorkerID, _ offer: WorkerOffer, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        if let known = workers[id], known.offer == offer {
            hear(id, at: now, &actions)
            return
        }
        if workers[id] != nil { lose(id, kind: .death, reason: "it started again with another offer", log: [], at: now, &actions) }
        commit(.workerJoined(worker: id, offer: offer), at: now, &actions)
    }

    /// A worker gives a sign of life.
    mutating func hear(_ id: WorkerID, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard let worker = workers[id] else { return }
        workers[id]?.heard = max(worker.heard, now)
        // A run that is over does not begin again because somebody wakes up.
        guard worker.isLost, outcome == nil else { return }
        commit(.workerBack(worker: id), at: now, &actions)
    }

    /// A worker names the leases that it has. A lease that never reached it, or whose end never reached us, is given to somebody else.
    mutating func compare(
        _ id: WorkerID, held: [LeaseID], computing: LeaseID?, at now: SchedulerTime, _ actions: inout [SchedulerAction]
    ) {
        guard let worker = workers[id] else { return }
        workers[id]?.computing = computing
        let held = Set(held)
        for lease in worker.leases.subtracting(held).sorted() {
            // A heartbeat that was sent before the lease arrived says nothing about it.
            guard let active = leases[lease],
                absences.milliseconds(from: active.granted, to: now) > policy.leaseTimeout / 2
            else { continue }
            endLease(lease, .returned, at: now, &actions)
        }
        // The message that ended it may have been lost. Leases of an earlier coordinator that lost its ledger are not known: let them finish.
        for lease in held.subtracting(worker.leases).sorted() where lease.epoch == epoch && lease.number < nextLease {
            actions.append(.revoke(lease, from: id))
        }
    }

    /// A worker leaves; what it still has goes to others.
    mutating func leave(_ id: WorkerID, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard let worker = workers[id] else { return }
        for lease in worker.leases.sorted() { endLease(lease, .returned, at: now, &actions) }
        commit(.workerLeft(worker: id), at: now, &actions)
    }

    /// A worker is lost with all that it has.
    mutating func lose(
        _ id: WorkerID, kind: TaskFailure.Kind, reason: String, log: [String], at now: SchedulerTime, _ actions: inout [SchedulerAction]
    ) {
        guard let worker = workers[id] else { return }
        let failure = TaskFailure(kind: kind, worker: id, host: worker.offer.host, reason: reason, log: worker.lastLines(printed: log))
        if !worker.isLost { commit(.workerLost(worker: id, reason: reason), at: now, &actions) }
        // What it was computing may have brought it down. What waited behind that did not.
        if let lease = blamed(worker) {
            for task in (leases[lease]?.open ?? []).sorted() {
                commit(.attemptFailed(task: task, lease: lease, failure: failure), at: now, &actions)
            }
        }
        for lease in worker.leases.sorted() { endLease(lease, .lost, at: now, &actions) }
        // A process that has ended does not come back.
        if kind == .death { commit(.workerLeft(worker: id), at: now, &actions) }
    }

    /// What a worker is at: the lease that it says it computes, else the oldest of which something is left, which it sends or has just been
    /// given; nil where it has none.
    public func lease(of worker: WorkerID) -> ActiveLease? { workers[worker].flatMap(blamed).flatMap { leases[$0] } }

    /// The lease that a worker computes: the one that it has named, else the oldest of which something is left.
    private func blamed(_ worker: WorkerState) -> LeaseID? {
        let open = worker.leases.sorted().filter { leases[$0]?.open.isEmpty == false }
        return open.first { $0 == worker.computing } ?? open.first
    }

    /// Gives up on workers of which nothing was heard for too long, and forgets those that stay away.
    mutating func loseSilentWorkers(at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        let silent = workers.filter { now - $0.value.heard > policy.leaseTimeout }
        for (id, worker) in silent.sorted(by: { $0.key < $1.key }) {
            let silence = absences.milliseconds(from: worker.heard, to: now)
            if worker.isLost, silence / max(1, policy.forgetsAfter) > policy.leaseTimeout {
                commit(.workerLeft(worker: id), at: now, &actions)
            } else if !worker.isLost, silence > policy.leaseTimeout {
                let reason = "nothing was heard of it for \(silence / 1000) s; its exit is not known"
                lose(id, kind: .silence, reason: reason, log: [], at: now, &actions)
            }
        }
    }
}
