extension TaskScheduler {
    /// Whether a worker's numbers can be compared with those that a task has.
    func mayAudit(_ state: TaskState, _ id: WorkerID) -> Bool {
        !state.results.contains { $0.worker == id } && !state.failures.contains { $0.worker == id && $0.kind == .disagreement }
    }

    /// Goes on without audits for which no second worker comes, once they are all that is left.
    mutating func skipStalledAudits(at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        let left = tasks.count - tasks.count(of: .done) - tasks.count(of: .failed)
        guard tasks.count(of: .auditing) > 0, tasks.count(of: .auditing) == left else {
            stalledSince = nil
            return
        }
        let stalled = tasks.ids.filter { task in
            guard let state = tasks[task], state.phase == .auditing, state.leases.isEmpty else { return false }
            return !workers.contains { $0.value.isPresent && $0.value.offer.holds(task.group) && mayAudit(state, $0.key) }
        }
        guard stalled.count == left else {
            stalledSince = nil
            return
        }
        let since = stalledSince ?? now
        stalledSince = since
        guard now - since >= policy.auditPatience else { return }
        for task in stalled {
            guard let state = tasks[task] else { continue }
            if Set(state.results.map(\.digest)).count > 1 {
                // Two say different things and nobody can decide.
                commit(.taskFailed(task: task), at: now, &actions)
            } else {
                commit(.auditSkipped(task: task), at: now, &actions)
                if let digest = tasks[task]?.digest { actions.append(.release(task, digest)) }
            }
        }
    }
}
