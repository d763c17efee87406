import Diagnostics
import Scheduling
import Statistics

extension QuestionCoordinator {
    /// Milliseconds that no batch may be with a worker before people hear of it.
    private static let moment: Int64 = 1_000

    /// Does what the scheduler wants done.
    func perform() throws {
        while !pending.isEmpty {
            let actions = pending
            pending = []
            note(
                actions.compactMap { action in
                    if case .record(let record) = action { record } else { nil }
                })
            for action in actions { try perform(action) }
        }
    }

    private func perform(_ action: SchedulerAction) throws {
        switch action {
        case .grant(let lease, let worker): try grant(lease, to: worker)
        case .revoke(let lease, let worker):
            if let peer = workers[worker]?.identity { try send(.revoke, lease, to: peer) }
        // A batch was written before it was done.
        case .compareWithPlan: schedule(.nothingMissing)
        case .finish(let outcome): self.outcome = outcome
        // There are no reducers to be told.
        case .release, .discard, .record: break
        }
    }

    private func grant(_ lease: Lease, to worker: WorkerID) throws {
        guard let peer = workers[worker]?.identity, let batch = batches[lease.shard] else { return }
        let rows = work.rows(of: batch)
        // Labels are not asked for.
        let body = LeaseGrant(lease: lease, stratum: 0, rows: rows.count, context: rows.context)
        try send(body, rows, to: worker, at: peer)
    }

    // MARK: - What people hear of

    private func note(_ records: [SchedulerRecord]) {
        let losses = LossNews(records)
        for line in losses.lines { context.logger.warning("\(line)") }
        for record in records {
            switch record {
            case .workerBack(let worker): context.logger.info("worker \(worker) is back")
            case .workerDraining(let worker): context.logger.info("worker \(worker) takes no more batches")
            case .workerLeft(let worker):
                if !losses.workers.contains(worker) { context.logger.info("worker \(worker) has left") }
                // Should it come back all the same, it has to say again what it brings.
                workers[worker] = nil
            case .taskFailed(let task): context.logger.error("batch \(task.shard) is given up: \(reason(of: task) ?? "no reason is known")")
            case .taskDone(let task, let worker, _): context.logger.debug("batch \(task.shard) is done by \(worker)")
            default: break
            }
        }
    }

    /// Why a batch was given up, and where its last attempt was.
    func reason(of task: TaskID) -> String? {
        guard let explanation = scheduler.explanation(of: task, at: now), let why = explanation.whyGivenUp else { return nil }
        return explanation.failures.last.map { "\(why) (\($0.host), worker \($0.worker))" } ?? why
    }

    /// Says once, and again when it changes, why nothing goes on.
    func lookAround() {
        let now = now
        let reason = reasonToWait(at: now)
        // Seconds that run down are one reason, not many.
        func news(_ reason: String?) -> String { (reason ?? "").filter { !$0.isNumber } }
        if let reason, news(reason) != news(waitingBecause) { context.logger.info("\(reason)") }
        if reason != nil || waitingBecause != nil { context.progress.wait(for: reason, isStill: reason != nil) }
        rate.stand(still: reason != nil, at: now)
        waitingBecause = reason
    }

    /// Why nothing is computed; nil where something is, or all is done.
    private func reasonToWait(at now: SchedulerTime) -> String? {
        let since = unassignedSince ?? now
        unassignedSince = nil
        guard let task = scheduler.firstWaiting, scheduler.leases.isEmpty else { return nil }
        unassignedSince = since
        // A worker that is just coming is no reason.
        guard now - since >= Self.moment else { return nil }
        if !workers.isEmpty, workers.keys.allSatisfy({ scheduler.workers[$0] == nil }) {
            return "the \(workers.count == 1 ? "worker that has come is" : "workers that have come are") opening the question and its model"
        }
        return scheduler.explanation(of: task, at: now)?.reason.map { "batch \(task.shard) waits: \($0.text)" }
    }
}
