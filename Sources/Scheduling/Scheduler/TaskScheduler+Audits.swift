extension TaskScheduler {
    /// Whether a worker's numbers can be compared with those that a task has.
    func mayAudit(_ state: TaskState, _ id: WorkerID) -> Bool {
        !state.results.contains { $0.worker == id } && !state.failures.contains { $0.worker == id && $0.kind == .disagreement }
    }

    /// Goes on without a second computation: with the numbers that there are, where nothing speaks against them.
    mutating func concludeAudit(of task: TaskID, at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        guard let state = tasks[task], state.phase == .auditing else { return }
        guard state.undisputed(distrusting: distrusted) != nil else {
            // Two say different things and nobody can decide, or only one that was wrong elsewhere has computed it.
            return commit(.taskFailed(task: task), at: now, &actions)
        }
        commit(.auditSkipped(task: task), at: now, &actions)
        judge(task, at: now, &actions)
    }

    /// Goes on without audits for which no second worker comes, once they are all that is left.
    mutating func skipStalledAudits(at now: SchedulerTime, _ actions: inout [SchedulerAction]) {
        let left = tasks.count - tasks.count(of: .done) - tasks.count(of: .failed)
        let open = Array(tasks.auditsWithoutLease)
        guard left > 0, open.count == left, open.allSatisfy({ !canBeAudited($0) }) else {
            stalledSince = nil
            return
        }
        let since = stalledSince ?? now
        stalledSince = since
        guard absences.milliseconds(from: since, to: now) >= policy.auditPatience else { return }
        for task in open { concludeAudit(of: task, at: now, &actions) }
    }

    private func canBeAudited(_ task: TaskID) -> Bool {
        guard let state = tasks[task] else { return false }
        return workers.contains { $0.value.isPresent && $0.value.offer.holds(task.group) && mayAudit(state, $0.key) }
    }
}
