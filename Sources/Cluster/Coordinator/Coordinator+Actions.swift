import Pipeline
import Scheduling
import Statistics

extension Coordinator {
    /// Does what the scheduler wants done: first the ledger, so that nothing is sent that a restart would not know of.
    func perform() throws {
        while !pending.isEmpty {
            let actions = pending
            pending = []
            let records = actions.compactMap { action -> SchedulerRecord? in
                if case .record(let record) = action { record } else { nil }
            }
            let began = ContinuousClock.now
            try ledger.append(records, at: now)
            tally.count(records, committedIn: ContinuousClock.now - began)
            note(records)
            for action in actions { try perform(action) }
        }
        progress.show(done: scheduler.count(of: .done), of: scheduler.taskCount, at: now)
    }

    private func perform(_ action: SchedulerAction) throws {
        switch action {
        case .grant(let lease, let worker): try grant(lease, to: worker)
        case .revoke(let lease, let worker):
            if let peer = workers[worker]?.identity { try send(.revoke, lease, to: peer) }
        case .release(let task, let digest): try tellReducers(.release(ParcelID(task: task, digest: digest)))
        case .discard(let task, let digest, _): try tellReducers(.discard(ParcelID(task: task, digest: digest)))
        case .record: break
        case .compareWithPlan: if comparison == nil, scheduler.outcome == nil { try startComparison() }
        // What was cancelled a moment ago is not complete after all.
        case .finish(let outcome): if self.outcome != .cancelled { self.outcome = outcome }
        }
    }

    private func grant(_ lease: Lease, to worker: WorkerID) throws {
        guard let peer = workers[worker]?.identity, let shard = sections.shards[lease.shard] else { return }
        let rows = run.rows(of: shard)
        let body = LeaseGrant(lease: lease, stratum: shard.stratum, rows: rows.indices.count, context: rows.context)
        try send(body, rows, to: worker, at: peer)
    }

    private func tellReducers(_ verdict: Verdict) throws {
        // Who misses it learns it with the next flush.
        for contact in reducers.contacts.values { try send(.verdict, verdict, to: contact.identity) }
    }

    /// What people should hear of at once, and what else follows.
    private func note(_ records: [SchedulerRecord]) {
        let losses = LossNews(records) { [awaited] in awaited.contains($0) }
        for line in losses.lines { context.logger.warning("\(line)") }
        for line in losses.harmlessLines { context.logger.debug("\(line)") }
        for record in records { note(record, lost: losses.workers) }
    }

    private func note(_ record: SchedulerRecord, lost: Set<WorkerID>) {
        let logger = context.logger
        switch record {
        case .workerBack(let worker): logger.info("worker \(worker) is back")
        case .workerLeft(let worker):
            if !lost.contains(worker) { logger.info("worker \(worker) has left") }
            // Should it come back all the same, it has to say again what it brings.
            workers[worker] = nil
        case .taskFailed(let task):
            givenUp.insert(task)
            logger.error("task \(task) is given up; `explain` says why")
        case .taskReopened(let task, let reason):
            givenUp.remove(task)
            logger.warning("task \(task) is computed again: \(reason)")
        case .auditDisagreed(let task, let workers):
            logger.error("task \(task): \(workers.map(\.name).joined(separator: ", ")) computed different integers")
        case .workerDraining(let worker): logger.info("worker \(worker) takes no more tasks")
        case .workerDistrusted(let worker, let task):
            logger.error("worker \(worker) is given nothing more: its numbers of task \(task) are wrong; what it alone computed is checked")
        case .taskContradicted(let task, let held, let offered, _):
            logger.error("task \(task): the numbers of \(held), which are folded, differ from those of \(offered); a third computes it")
        case .auditSkipped(let task): logger.warning("task \(task) was not audited: no second worker came")
        case .taskDone(let task, let worker, _):
            children?.note(taskOf: worker)
            // Its numbers may have turned up with the reducers.
            if givenUp.remove(task) != nil { logger.notice("task \(task), which was given up, is done after all") }
            logger.debug("task \(task) is done")
        case .workerLost, .attemptFailed: break  // Losses are told together.
        case .workerJoined, .leaseGranted, .leaseEnded, .auditAgreed, .reducerReassigned, .resumed, .finished: break
        }
    }
}
