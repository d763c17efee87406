import Pipeline
import Scheduling
import Storage

extension QuestionLoop {
    /// Characters of a failure's reason: nobody reads more, and a failure must be heard of in any case.
    private static let longestReason = 4_000

    /// Does what the process that asks says.
    func handle(_ message: IncomingMessage) throws {
        try link.checkEnd(message)
        switch message.kind {
        case .inquiry: try adopt(message)
        case .welcome: throw try superseded()
        case .pulse:
            guard let pulse = link.body(message, as: Pulse.self) else { return }
            if pulse.epoch == inquiry.epoch { self.pulse = pulse } else { isIntroduced = false }
        case .lease: try take(message)
        case .revoke:
            if let lease = link.body(message, as: LeaseID.self) { drop(lease) }
        case .modelPiece: break
        default: link.refusals.count("kind", "a message of kind \(message.kind.rawValue) came, which asks nothing of a worker")
        }
    }

    /// Takes in what the computing threads say.
    func handle(_ event: BatchWork.Event) throws {
        computing -= 1
        switch event {
        case .computed(let id, let sums):
            try settle(id) { batch in
                let (answer, payload) = BatchAnswer.message(sums, to: inquiry.question, batch.task, under: id, by: link.name)
                return .sums(answer, payload)
            }
        case .failed(let id, let reason):
            try settle(id) { batch in
                log.warning("batch \(batch.lease.shard) failed: \(reason)")
                return .failed(trouble(batch.lease, reason))
            }
        case .dropped: break
        }
    }

    /// Another job has come in the place of this one.
    private func superseded() throws -> WorkerEnd {
        try checkHasNotDrained()
        return .superseded
    }

    /// Another process that asks has come: the same work goes on where the question is the same.
    private func adopt(_ message: IncomingMessage) throws {
        // One that it can make nothing of is counted and answered where it is opened.
        guard let next = link.body(message, as: Inquiry.self) else { throw try superseded() }
        // Batches of these numbers are others there.
        guard next.plan == inquiry.plan, next.question == inquiry.question else { throw try superseded() }
        if next.epoch != inquiry.epoch { forgetTold() }
        inquiry = next
        try becomeReady()
    }

    /// Takes a lease in.
    private func take(_ message: IncomingMessage) throws {
        guard let grant = link.body(message, as: LeaseGrant.self) else { return }
        let lease = grant.lease
        if batches.contains(where: { $0.lease.id == lease.id }) { return }
        guard drainingSince == nil else {
            try link.send(.leaseReturned, lease.id)
            return
        }
        do {
            let rows = try prepared.rows(of: grant, message.payload)
            // Who gives a batch again has forgotten the first lease.
            try giveBack { $0.lease.shard == lease.shard }
            batches.append(HeldBatch(lease, rows: rows))
        } catch let refusal as MessageRefusal {
            link.drop(refusal)
            try say(.failed(trouble(lease, "the lease cannot be used: \(refusal)")))
        }
    }

    /// Forgets some batches, stops computing them, and says that their leases come back.
    func giveBack(_ isReturned: (HeldBatch) -> Bool) throws {
        for batch in batches.filter(isReturned) {
            drop(batch.lease.id)
            if let report = batch.report { try say(report) } else { try link.send(.leaseReturned, batch.lease.id) }
        }
    }

    /// Forgets a batch that nobody wants any more, or of which the answer has arrived.
    private func drop(_ id: LeaseID) {
        guard let place = batches.firstIndex(where: { $0.lease.id == id }) else { return }
        batches.remove(at: place).stop.raise()
    }

    /// Reports a batch, and keeps the report until it is acknowledged.
    private func settle(_ id: LeaseID, _ report: (HeldBatch) -> HeldBatch.Report) throws {
        guard let place = batches.firstIndex(where: { $0.lease.id == id }) else { return }
        let report = report(batches[place])
        batches[place].report = report
        switch report {
        case .sums: tally.done += 1
        case .failed: tally.failed += 1
        }
        try say(report)
    }

    /// Sends a report.
    func say(_ report: HeldBatch.Report) throws {
        switch report {
        case .failed(let trouble): try link.send(.taskFailed, trouble)
        case .sums(let answer, let payload):
            guard case .dropped(let problem) = try link.sender.send(.answer, answer, payload: payload, through: link.socket),
                let place = batches.firstIndex(where: { $0.lease.id == answer.lease })
            else { return }
            // No other worker could send it either.
            let trouble = trouble(batches[place].lease, "the answer cannot be sent: \(problem)")
            batches[place].report = .failed(trouble)
            try link.send(.taskFailed, trouble)
        }
    }

    private func trouble(_ lease: Lease, _ reason: String) -> TaskTrouble {
        TaskTrouble(
            lease: lease.id, task: TaskID(shard: lease.shard, group: 0),
            failure: TaskFailure(
                kind: .error, worker: link.name, host: HostName.current, reason: String(reason.prefix(Self.longestReason)), log: log.recent)
        )
    }
}
