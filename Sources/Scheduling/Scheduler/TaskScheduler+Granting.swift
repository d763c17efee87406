extension TaskScheduler {
    /// Gives workers that can take something what there is for them.
    ///
    /// - Parameter chosen: the workers that are asked; nil: all.
    mutating func grant(to chosen: [WorkerID]?, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        // Those with the fewest leases first, so that the last tasks are spread.
        var ready = (chosen ?? Array(workers.keys)).compactMap { id in
            workers[id].flatMap { $0.isReady(at: now) ? (count: $0.leases.count, id: id) : nil }
        }
        ready.sort { ($0.count, $0.id) < ($1.count, $1.id) }
        var pass = GrantPass(now: now)
        while !ready.isEmpty {
            var next: [(count: Int, id: WorkerID)] = []
            for (count, id) in ready {
                guard let worker = workers[id], worker.isReady(at: now),
                    let (shard, groups, purpose) = choice(for: id, worker, in: &pass)
                else {
                    continue
                }
                let lease = Lease(id: LeaseID(epoch: epoch, number: nextLease), shard: shard, groups: groups, purpose: purpose)
                commit(.leaseGranted(lease: lease, worker: id), at: now, &actions)
                actions.append(.grant(lease, to: id))
                if workers[id]?.isReady(at: now) == true { next.append((count + 1, id)) }
            }
            ready = next
        }
    }

    private typealias Choice = (shard: Int, groups: [Int], purpose: Lease.Purpose)

    private func choice(for id: WorkerID, _ worker: WorkerState, in pass: inout GrantPass) -> Choice? {
        // Audits first: what waits for them takes room in the reducers' staging folders.
        audit(for: id, worker, at: pass.now) ?? work(for: id, worker, at: pass.now) ?? speculation(for: id, worker, in: &pass)
    }

    /// The first waiting tasks of a shard that fit into the worker together. Shards go in order, so that the beginning of the draw is
    /// complete early.
    private func work(for id: WorkerID, _ worker: WorkerState, at now: SchedulerTime) -> Choice? {
        var found: Choice?
        tasks.forEachWaitingShard(of: worker.offer.bundles.joined()) { shard in
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
        guard let state = tasks[task], state.phase == .waiting else { return false }
        return mayTry(task, state, id, at: now) { _ in true }
    }

    private func mayAudit(_ task: TaskID, _ id: WorkerID, at now: SchedulerTime) -> Bool {
        guard let state = tasks[task], state.isOpenAudit, mayAudit(state, id) else { return false }
        return mayTry(task, state, id, at: now) { mayAudit(state, $0) }
    }

    /// Whether a worker may have a task now: one that failed at it gets it again only where nobody else can.
    private func mayTry(_ task: TaskID, _ state: TaskState, _ id: WorkerID, at now: SchedulerTime, others: (WorkerID) -> Bool) -> Bool {
        guard state.notBefore <= now, !state.isResting(id, at: now) else { return false }
        guard state.hasFailed(on: id) else { return true }
        return !workers.contains { other, worker in
            worker.isPresent && worker.offer.holds(task.group) && others(other) && !state.hasFailed(on: other)
        }
    }

    /// A task that waits to be computed by somebody else too.
    private func audit(for id: WorkerID, _ worker: WorkerState, at now: SchedulerTime) -> Choice? {
        for task in tasks.auditsWithoutLease where mayAudit(task, id, at: now) {
            guard let bundle = worker.offer.bundles.first(where: { $0.contains(task.group) }) else { continue }
            return (task.shard, bundle.filter { mayAudit(TaskID(shard: task.shard, group: $0), id, at: now) }, .audit)
        }
        return nil
    }

    /// A copy of the oldest lease that takes much longer than others did, once nothing waits any more.
    private func speculation(for id: WorkerID, _ worker: WorkerState, in pass: inout GrantPass) -> Choice? {
        guard tasks.count(of: .waiting) == 0, !leases.isEmpty else { return nil }
        let stragglers = pass.stragglers ?? findStragglers(at: pass.now)
        pass.stragglers = stragglers
        for (place, active) in stragglers.enumerated() where active.worker != id {
            for bundle in worker.offer.bundles {
                let groups = bundle.filter { group in
                    let task = TaskID(shard: active.lease.shard, group: group)
                    guard active.open.contains(task), let state = tasks[task], isSingle(state) else { return false }
                    return !state.isResting(id, at: pass.now) && (state.phase == .running || mayAudit(state, id))
                }
                guard !groups.isEmpty else { continue }
                if groups.count == active.open.count { pass.stragglers?.remove(at: place) }
                return (active.lease.shard, groups, .speculation)
            }
        }
        return nil
    }

    /// Two copies at most: a third would help nobody.
    private func isSingle(_ state: TaskState) -> Bool { state.leases.count == 1 && (state.phase == .running || state.phase == .auditing) }

    private func findStragglers(at now: SchedulerTime) -> [ActiveLease] {
        guard let median = durations.median(sample: policy.speculationSample) else { return [] }
        let patience = policy.speculationFactor * Double(median)
        var stragglers: [ActiveLease] = []
        for active in leases.values.sorted(by: { ($0.granted, $0.lease.id) < ($1.granted, $1.lease.id) }) {
            let age = Double(absences.milliseconds(from: active.granted, to: now))
            // Those behind it are younger still.
            guard age > patience else { break }
            guard age > patience * Double(active.lease.groups.count) else { continue }
            if active.open.contains(where: { tasks[$0].map(isSingle) ?? false }) { stragglers.append(active) }
        }
        return stragglers
    }
}
