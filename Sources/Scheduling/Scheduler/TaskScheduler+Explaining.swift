extension TaskScheduler {
    /// Why a task is where it is; nil for a task that the plan does not have.
    ///
    /// - Parameters:
    ///   - isCoordinated: whether anybody hears the workers; else nothing is known of what they do.
    ///   - asked: the reducers before whose answers nothing is given.
    public func explanation(
        of task: TaskID, at now: SchedulerTime, isCoordinated: Bool = true, awaiting asked: [Int] = []
    ) -> TaskExplanation? {
        guard let state = tasks[task] else { return nil }
        let copies = state.leases.sorted().compactMap { id in
            leases[id].map {
                TaskExplanation.Copy(lease: id, worker: $0.worker, purpose: $0.lease.purpose, milliseconds: now - $0.granted)
            }
        }
        var reason = reason(task, state, at: now, isCoordinated: isCoordinated)
        // Whoever could take it has to wait; what has ended it stays the reason.
        if reason != nil, !asked.isEmpty, state.phase != .failed, outcome == nil { reason = .reducersAsked(asked) }
        return TaskExplanation(
            task: task, phase: state.phase, reason: reason, copies: copies, results: state.results, failures: state.failures)
    }

    private func reason(_ task: TaskID, _ state: TaskState, at now: SchedulerTime, isCoordinated: Bool) -> TaskExplanation.Reason? {
        switch state.phase {
        case .done: return nil
        case .failed: return reasonOfFailure(state)
        case .running where isCoordinated: return nil
        case .auditing where isCoordinated && !state.leases.isEmpty: return nil
        case .running, .waiting, .auditing: break
        }
        if let outcome { return .runEnded(outcome) }
        if !isCoordinated { return .notCoordinated }
        if state.notBefore > now { return .backoff(milliseconds: state.notBefore - now) }
        let present = workers.filter { $0.value.isPresent }
        guard !present.isEmpty else { return .noWorker }
        var able = present.filter { $0.value.offer.holds(task.group) }
        guard !able.isEmpty else { return .noWorkerLargeEnough(largest: present.values.map(\.offer.memory).max() ?? 0) }
        if state.phase == .auditing {
            able = able.filter { mayAudit(state, $0.key) }
            guard !able.isEmpty else { return .needsSecondWorker }
        }
        let areResting = able.allSatisfy { $0.value.notBefore > now || state.isResting($0.key, at: now) }
        return areResting ? .workersResting(able.count) : .workersBusy(able.count)
    }

    private func reasonOfFailure(_ state: TaskState) -> TaskExplanation.Reason? {
        if state.results.count > 0 { return .undecided(workers: state.results.count) }
        if state.deadlyWorkers.count >= policy.deaths { return .workersLost(state.deadlyWorkers.count) }
        if state.vanishings >= policy.retries { return .vanished(state.vanishings) }
        return state.attempts > 0 ? .attemptsFailed(state.attempts) : nil
    }
}
