import Analysis
import Pipeline
import Scheduling
import Storage

extension QuestionCoordinator {
    /// Leases that a worker may have at a time: more than any machine's threads.
    private static let mostLeases = 4_096

    /// Whose key it takes to send a message; nil for a kind that nobody sends here.
    static func role(for kind: MessageKind) -> KeyRole? {
        switch kind {
        case .workerHello, .workerReady, .heartbeat, .answer, .inquiryRefused, .taskFailed, .leaseReturned, .draining, .left, .modelRequest:
            .worker
        case .statusRequest, .control, .ask, .sumsRequest, .withdrawn: .control
        case .reducerHello: .reducer
        default: nil
        }
    }

    /// Takes a message in.
    ///
    /// - Throws: `MessageRefusal` for one that does not fit, `ClusterError.answersDiffer`, `.questionUnusable`, `.messageTooLarge`, errors
    ///   of the disk.
    func handle(_ message: IncomingMessage) throws {
        guard let peer = message.sender else { return }
        guard let role = Self.role(for: message.kind) else {
            throw MessageRefusal.body(message.kind, problem: "nobody sends this to a process that has a question answered")
        }
        try check(message, from: peer, takes: role)
        if let desk, QuestionDesk.takes(message.kind) { return try desk.take(message, from: peer) }
        let known = hear(of: peer)
        switch message.kind {
        case .workerHello: try welcome(try message.body(), from: peer)
        case .workerReady: try admit(try message.body(), from: peer)
        case .heartbeat: try hear(try message.body(as: WorkerHeartbeat.self), of: known, from: peer)
        case .answer: try take(try message.body(), message.payload, from: peer)
        case .inquiryRefused: try count(try message.body(as: InquiryRefusal.self), from: peer)
        case .taskFailed:
            let trouble = try message.body(as: TaskTrouble.self)
            try fail(trouble, from: peer)
            try send(.revoke, trouble.lease, to: peer)
        case .leaseReturned:
            let lease = try message.body(as: LeaseID.self)
            if let known { schedule(.leaseReturned(known, lease)) }
        case .draining: if let known { schedule(.workerDraining(known)) }
        case .left:
            socket.counters.countGoodbye()
            guard let known else { return }
            // One that has taken batches is told of by what is scheduled.
            if let contact = workers[known], contact.ready == nil, let reason = contact.log.last {
                context.logger.warning("worker \(LogText.line(known.name)) has left, it cannot open the question: \(LogText.line(reason))")
            }
            schedule(.workerLeft(known))
            workers[known] = nil
        case .modelRequest:
            let answer = models.answer(try message.body())
            try send(.modelPiece, answer.piece, payload: answer.payload, to: peer)
        case .statusRequest:
            let request = try message.body(as: StatusRequest.self)
            socket.counters.countGoodbye()
            guard try desk?.isMeant(by: request.coordinator, of: peer) ?? true else { return }
            try reply(.status, status, to: peer)
        case .control:
            let order = try message.body(as: ControlOrder.self)
            socket.counters.countGoodbye()
            guard try desk?.isMeant(by: order.coordinator, of: peer) ?? true else { return }
            try reply(.controlReply, reply(to: order.request), to: peer)
        case .ask:
            try turnAway(
                peer, "a single question is answered here, by workers of the process that has it",
                "have a coordinator stand by: `universal-neurons answer`", status: 75)
        case .sumsRequest, .withdrawn: break
        default: try turnAway(peer, "a question about neurons is answered here, which takes no reducers", "stop this reducer")
        }
    }

    // MARK: - Workers

    private func welcome(_ hello: WorkerHello, from peer: RoutingIdentity) throws {
        try greet(hello, from: peer)
        // What cannot be sent to one can be sent to nobody.
        if case .dropped(let problem) = try send(.inquiry, inquiry, payload: question, to: peer) { throw problem }
    }

    /// Takes in that a worker can make nothing of the question. Where none has opened it, one is as good as the other: after as many attempts
    /// as a batch has, or as one worker makes before it leaves, nobody is waited for any more.
    private func count(_ refusal: InquiryRefusal, from peer: RoutingIdentity) throws {
        try check(refusal.worker, is: peer, .inquiryRefused)
        // What is said of the question before says nothing of this one.
        guard refusal.question == nil || refusal.question == work.identity else { return }
        inquiriesRefused += 1
        let worker = LogText.line(refusal.worker.name)
        refusals.count("question refused", "worker \(worker) cannot use the question: \(refusal.reason)")
        guard !isOpened, inquiriesRefused >= min(settings.policy.retries, WorkerPreparation.attempts) else { return }
        throw ClusterError.questionUnusable(attempts: inquiriesRefused, worker: worker, reason: refusal.reason)
    }

    private func admit(_ ready: WorkerReady, from peer: RoutingIdentity) throws {
        try check(ready.worker, is: peer, .workerReady)
        guard ready.offer.bundles == [[0]], (0...Self.mostLeases).contains(ready.leases) else {
            throw MessageRefusal.body(.workerReady, problem: "that is no offer for batches of rows")
        }
        // One that has opened another question, or a run, comes anew.
        guard ready.question == work.identity else { return try invite([peer]) }
        isOpened = true
        workers[ready.worker, default: WorkerContact(identity: peer, heard: now)].ready = ready
        introduce(ready)
    }

    private func hear(_ heartbeat: WorkerHeartbeat, of worker: WorkerID?, from peer: RoutingIdentity) throws {
        var isKnown = false
        if let worker {
            workers[worker]?.take(heartbeat)
            if let contact = workers[worker], contact.ready != nil {
                isKnown = true
                schedule(.heartbeat(worker, leases: heartbeat.leases, computing: heartbeat.computing, log: contact.log))
            }
        }
        if !isKnown || heartbeat.pulse != pulse.number { try tell(peer, isKnown: isKnown) }
    }

    // MARK: - Answers

    private func take(_ answer: BatchAnswer, _ payload: [ReceivedFrame], from peer: RoutingIdentity) throws {
        try check(answer.worker, is: peer, .answer)
        guard answer.question == work.identity else {
            // Nobody wants it, and it is not to be said again.
            try send(.revoke, answer.lease, to: peer)
            throw MessageRefusal.body(.answer, problem: "it is the answer to another question")
        }
        // It is said again once it is known who says it.
        guard let worker = scheduler.workers[answer.worker] else { return }
        // Whatever it is worth, it has arrived.
        try send(.revoke, answer.lease, to: peer)
        guard let batch = answer.task.group == 0 ? batches[answer.task.shard] : nil else { return }
        let measures = work.question.measures.count
        do {
            let sums = try answer.sums(
                in: payload, rows: batch.positions.count, tokens: work.plan.numbers.corpus.context - 2,
                size: (1 + work.question.conditions.count) * measures)
            try keep(sums, of: batch, answer)
        } catch let refusal as MessageRefusal {
            let failure = TaskFailure(kind: .error, worker: answer.worker, host: worker.offer.host, reason: "\(refusal)")
            schedule(.taskFailed(answer.lease, answer.task, failure))
            throw refusal
        }
    }

    private func keep(_ sums: PredictionRows, of batch: RowBatch, _ answer: BatchAnswer) throws {
        if let first = kept[batch.index] {
            guard !comparesCopies || first.checksum == answer.checksum else {
                // Nobody knows which of them is right: neither stays.
                try work.forget(batch)
                throw ClusterError.answersDiffer(batch: batch.index, workers: [first.worker.name, answer.worker.name])
            }
        } else {
            try work.keep(sums, of: batch)
            kept[batch.index] = answer
            children?.note(taskOf: answer.worker)
            context.progress.advance(by: batch.positions.count)
            rate.reach(keptRows, at: now)
        }
        // Where copies may differ in their last bits, the first one is the batch's.
        let digest = comparesCopies ? answer.checksum : (kept[batch.index]?.checksum ?? answer.checksum)
        schedule(.taskDone(answer.worker, answer.lease, answer.task, digest))
    }

    /// Rows that were measured since this process began.
    var keptRows: Int { kept.keys.reduce(0) { $0 + (batches[$1]?.positions.count ?? 0) } }
}
