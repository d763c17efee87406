extension TaskScheduler {
    /// Why a task is where it is; nil for a task that the plan does not have.
    public func explanation(of task: TaskID, at now: SchedulerTime) -> TaskExplanation? {
        guard let state = tasks[task] else { return nil }
        let copies = state.leases.sorted().compactMap { id in
            leases[id].map {
                TaskExplanation.Copy(lease: id, worker: $0.worker, purpose: $0.lease.purpose, milliseconds: now - $0.granted)
            }
        }
        return TaskExplanation(
            task: task, phase: state.phase, reason: reason(task, state, at: now), copies: copies, results: state.results,
            failures: state.failures)
    }

    private func reason(_ task: TaskID, _ state: TaskState, at now: SchedulerTime) -> TaskExplanation.Reason? {
        switch state.phase {
        case .running, .done, .failed: return nil
        case .auditing where !state.leases.isEmpty: return nil
        case .waiting, .auditing: break
        }
        if let outcome { return .runEnded(outcome) }
        if state.notBefore > now { return .backoff(milliseconds: state.notBefore - now) }
        let present = workers.filter { $0.value.isPresent }
        guard !present.isEmpty else { return .noWorker }
        let able = present.filter { $0.value.offer.holds(task.group) }
        guard !able.isEmpty else { return .noWorkerLargeEnough(largest: present.values.map(\.offer.memory).max() ?? 0) }
        if state.phase == .auditing {
            return able.contains { mayAudit(state, $0.key) } ? .workersBusy(able.count) : .needsSecondWorker
        }
        return able.values.allSatisfy { $0.notBefore > now } ? .workersResting(able.count) : .workersBusy(able.count)
    }
}
