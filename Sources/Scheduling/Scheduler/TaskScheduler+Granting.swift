extension TaskScheduler {
    /// Gives every worker that can take something what there is for it.
    mutating func grant(at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        // Those with the fewest leases first, so that the last tasks are spread.
        var ready = workers.filter { $0.value.isReady(at: now) }.sorted {
            ($0.value.leases.count, $0.key) < ($1.value.leases.count, $1.key)
        }
        while !ready.isEmpty {
            var next: [(key: WorkerID, value: WorkerState)] = []
            for (id, _) in ready {
                guard let worker = workers[id], worker.isReady(at: now), let (shard, groups, purpose) = choice(for: id, worker, at: now)
                else {
                    continue
                }
                let lease = Lease(id: LeaseID(epoch: epoch, number: nextLease), shard: shard, groups: groups, purpose: purpose)
                commit(.leaseGranted(lease: lease, worker: id), at: now, &actions)
                actions.append(.grant(lease, to: id))
                if let worker = workers[id], worker.isReady(at: now) { next.append((id, worker)) }
            }
            ready = next
        }
    }

    private typealias Choice = (shard: Int, groups: [Int], purpose: Lease.Purpose)

    private func choice(for id: WorkerID, _ worker: WorkerState, at now: SchedulerTime) -> Choice? {
        // Audits first: what waits for them takes room in the reducers' staging folders.
        audit(for: id, worker) ?? work(for: id, worker, at: now) ?? speculation(for: id, worker, at: now)
    }

    /// The first waiting tasks of a shard that fit into the worker together. Shards go in order, so that the beginning of the draw is
    /// complete early.
    private func work(for id: WorkerID, _ worker: WorkerState, at now: SchedulerTime) -> Choice? {
        var found: Choice?
        tasks.forEachWaitingShard { shard in
            for bundle in worker.offer.bundles {
                let groups = bundle.filter { mayTake(TaskID(shard: shard, group: $0), id, at: now) }
                if !groups.isEmpty {
                    found = (shard, groups, .work)
                    return true
                }
            }
            return false
        }
        return found
    }

    private func mayTake(_ task: TaskID, _ id: WorkerID, at now: SchedulerTime) -> Bool {
        guard let state = tasks[task], state.phase == .waiting, state.notBefore <= now else { return false }
        // A worker that failed at it gets it again only where nobody else can.
        guard state.failures.contains(where: { $0.worker == id }) else { return true }
        return !workers.contains { other, worker in
            worker.isPresent && worker.offer.holds(task.group) && !state.failures.contains { $0.worker == other }
        }
    }

    /// A task that waits to be computed by somebody else too.
    private func audit(for id: WorkerID, _ worker: WorkerState) -> Choice? {
        guard tasks.count(of: .auditing) > 0 else { return nil }
        for shard in tasks.shards {
            for bundle in worker.offer.bundles {
                let groups = bundle.filter { group in
                    guard let state = tasks[TaskID(shard: shard, group: group)] else { return false }
                    return state.phase == .auditing && state.leases.isEmpty && mayAudit(state, id)
                }
                if !groups.isEmpty { return (shard, groups, .audit) }
            }
        }
        return nil
    }

    /// A copy of the oldest lease that takes much longer than others did, once nothing waits any more.
    private func speculation(for id: WorkerID, _ worker: WorkerState, at now: SchedulerTime) -> Choice? {
        guard tasks.count(of: .waiting) == 0, !leases.isEmpty,
            let median = durations.median(sample: policy.speculationSample)
        else { return nil }
        let oldest = leases.values.sorted { ($0.granted, $0.lease.id) < ($1.granted, $1.lease.id) }
        for active in oldest where active.worker != id {
            let patience = policy.speculationFactor * Double(median) * Double(active.lease.groups.count)
            guard Double(now - active.granted) > patience else { continue }
            for bundle in worker.offer.bundles {
                let groups = bundle.filter { group in
                    let task = TaskID(shard: active.lease.shard, group: group)
                    // Two copies at most: a third would help nobody.
                    guard active.open.contains(task), let state = tasks[task], state.leases.count == 1 else { return false }
                    return state.phase == .running || state.phase == .auditing && mayAudit(state, id)
                }
                if !groups.isEmpty { return (active.lease.shard, groups, .speculation) }
            }
        }
        return nil
    }
}
