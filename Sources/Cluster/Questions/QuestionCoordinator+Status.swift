import Scheduling

extension QuestionCoordinator {
    /// How far the question is: what `status` prints of its endpoint.
    var status: ClusterStatus {
        let now = now
        let context = work.plan.numbers.corpus.context
        let left = work.missingRows - keptRows
        let speed = rate.perSecond(at: now)
        let failed = FailedTasks(of: scheduler, at: now)
        let counters = socket.counters.snapshot
        return ClusterStatus(
            run: "\(work.plan.configuration.name), a question of \(work.question.conditions.count) conditions", plan: work.plan.identity,
            outcome: outcome?.name, waitingBecause: waitingBecause, tokens: work.rows * context, tokensDone: (work.rows - left) * context,
            tokensPerSecond: speed.map { $0 * Double(context) },
            // A year is as far off as anything may be told to be.
            secondsLeft: speed.map { Int(min(Double(left) / $0, 365 * 86_400)) },
            tasks: Dictionary(uniqueKeysWithValues: TaskState.Phase.allCases.map { ($0.rawValue, scheduler.count(of: $0)) }),
            workers: workers.keys.sorted().compactMap { status(of: $0, at: now) }, reducers: [], failed: failed.shown,
            logsLeftOut: failed.logsLeftOut, disagreements: 0,
            dropped: Dictionary(uniqueKeysWithValues: counters.refused.map { ($0.key.rawValue, $0.value) }),
            connectionsLost: counters.connectionsLost, questions: desk?.questions)
    }

    private func status(of worker: WorkerID, at now: SchedulerTime) -> ClusterStatus.Worker? {
        guard let contact = workers[worker] else { return nil }
        let known = scheduler.workers[worker]
        return ClusterStatus.Worker(
            worker, contact, known: known, active: scheduler.lease(of: worker), state: activity(of: known, at: now), at: now)
    }

    private func activity(of worker: WorkerState?, at now: SchedulerTime) -> String {
        guard let worker else { return "opening" }
        if worker.isLost { return "lost" }
        if worker.isDraining { return "draining" }
        if !worker.leases.isEmpty { return "computing" }
        return worker.notBefore > now ? "resting" : "idle"
    }

    /// Does what a person asks for, as far as there is anything of the kind.
    func reply(to request: ControlRequest) -> ControlReply {
        guard case .explain(let task) = request else {
            return ControlReply(
                tasks: 0, explanation: nil,
                refusal: .init(
                    reason: "a question about neurons is answered here, and no run coordinated",
                    remedy: "stop \(desk == nil ? "`intervene`" : "`answer`") where it was started; the same command goes on with it"))
        }
        let explanation = scheduler.explanation(of: task, at: now)
        return ControlReply(tasks: explanation == nil ? 0 : 1, explanation: explanation)
    }
}
