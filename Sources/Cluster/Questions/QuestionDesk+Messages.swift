import Pipeline
import Scheduling
import Storage

extension QuestionDesk {
    /// Whether a kind of message is about what somebody asks: such come at any time, also while a question is answered.
    static func takes(_ kind: MessageKind) -> Bool { [.ask, .sumsRequest, .withdrawn].contains(kind) }

    /// Takes a message in while there is no question.
    ///
    /// - Throws: `MessageRefusal` for one that does not fit, errors of the network's own side.
    func handle(_ message: IncomingMessage) throws {
        guard let peer = message.sender else { return }
        guard let role = QuestionCoordinator.role(for: message.kind) else {
            throw MessageRefusal.body(message.kind, problem: "nobody sends this to a process that has questions answered")
        }
        try check(message, from: peer, takes: role)
        if Self.takes(message.kind) { return try take(message, from: peer) }
        let worker = WorkerID(peer.description)
        switch message.kind {
        case .workerHello:
            let hello = try message.body(as: WorkerHello.self)
            guard hello.worker == worker else {
                throw MessageRefusal.body(.workerHello, problem: "\(peer) speaks in the name of \(LogText.line(hello.worker.name))")
            }
            if workers[worker] == nil {
                context.logger.info("worker \(LogText.line(worker.name)) has come (\(LogText.line(hello.host)))")
            }
            // Another process of the same name has a memory of its own.
            if workers[worker]?.ready?.offer.process != hello.process { workers[worker] = nil }
            try keep(worker, at: peer)
        case .heartbeat:
            let heartbeat = try message.body(as: WorkerHeartbeat.self)
            try keep(worker, at: peer)
            workers[worker]?.take(heartbeat)
        case .workerReady, .inquiryRefused: try keep(worker, at: peer)
        // What is said of the last question is not to be said again.
        case .answer: try send(.revoke, try message.body(as: BatchAnswer.self).lease, to: peer)
        case .taskFailed: try send(.revoke, try message.body(as: TaskTrouble.self).lease, to: peer)
        case .left:
            socket.counters.countGoodbye()
            workers[worker] = nil
        case .modelRequest:
            let answer = server.answer(try message.body())
            try send(.modelPiece, answer.piece, payload: answer.payload, to: peer)
        case .statusRequest:
            let request = try message.body(as: StatusRequest.self)
            socket.counters.countGoodbye()
            if try isMeant(by: request.coordinator, of: peer) { try reply(.status, status, to: peer) }
        case .control:
            let order = try message.body(as: ControlOrder.self)
            socket.counters.countGoodbye()
            guard try isMeant(by: order.coordinator, of: peer) else { return }
            let refusal = ControlReply.Refusal(
                reason: "questions about neurons are answered here, and no run coordinated",
                remedy: "stop `answer` where it was started, should it end")
            try reply(.controlReply, ControlReply(tasks: 0, explanation: nil, refusal: refusal), to: peer)
        case .reducerHello:
            try turnAway(peer, "questions about neurons are answered here, which takes no reducers", "stop this reducer")
        default: break
        }
    }

    /// Whether somebody means this process and no other one; else he is told.
    ///
    /// - Parameter token: what his run's folder says; nil: whichever listens here is meant.
    func isMeant(by token: String?, of peer: RoutingIdentity) throws -> Bool {
        if token == nil || token == self.token { return true }
        try send(.otherCoordinator, OtherCoordinator(run: plan.configuration.name), to: peer)
        return false
    }

    /// A worker waits for the next question: it comes by itself once it is told of one.
    private func keep(_ worker: WorkerID, at peer: RoutingIdentity) throws {
        workers[worker, default: WorkerContact(identity: peer, heard: now)].heard = now
        try send(.pulse, Pulse(epoch: 0, number: 0, reducers: []), to: peer)
    }

    // MARK: - Askers

    /// Takes in what somebody asks; his key was looked at.
    ///
    /// - Throws: `MessageRefusal` for what does not fit, errors of the network's own side.
    func take(_ message: IncomingMessage, from peer: RoutingIdentity) throws {
        switch message.kind {
        case .ask: try hear(try message.body(as: Ask.self), message.payload, from: peer)
        case .sumsRequest: try bring(try message.body(as: SumsRequest.self), to: peer)
        case .withdrawn:
            let key = try message.body(as: Digest.self)
            socket.counters.countGoodbye()
            if queue.question(of: peer) == key { try schedule(.left(peer)) }
            // So that he knows that it was heard.
            try send(.questionStanding, standing(of: key, for: peer), to: peer)
        default: break
        }
    }

    private func hear(_ ask: Ask, _ payload: [ReceivedFrame], from peer: RoutingIdentity) throws {
        guard ask.plan == plan.identity else {
            return try turnAway(
                peer, "at \(endpoint) the run \(plan.configuration.name) is asked, and this is a question about another run",
                "ask with the folder of that run, or have this one asked: `universal-neurons answer`", status: 65)
        }
        if ask.bytes == nil {
            if queue.question(of: peer) == ask.key { try schedule(.heard(peer)) }
        } else {
            let question: AskedQuestion
            do {
                question = try ask.content(in: payload, of: plan, in: folder)
            } catch let refusal as MessageRefusal {
                try turnAway(peer, "\(refusal)", TurnedAway.sameVersion, status: 65)
                throw refusal
            } catch {
                let trouble = TurnedAway(of: error)
                return try turnAway(peer, trouble.reason, trouble.remedy, status: trouble.status)
            }
            let largest = question.sumsOfRow * (question.batches.map(\.positions.count).max() ?? 0)
            guard SumsFrames.count(of: largest) <= MessageLimits().payloadFrames else {
                return try turnAway(
                    peer, "the sums of one of its batches, \(8 * largest) bytes, do not fit into a message",
                    "ask about fewer neurons or values at a time", status: 65)
            }
            guard question.identity == ask.question else {
                let kernels = question.kernels.map { ", here \($0)" } ?? ""
                return try turnAway(
                    peer, "an answer is that of the kernels that compute it\(kernels), and where it is asked for there are others",
                    "ask from a machine that has the same kernels, or use the same version of the program everywhere", status: 69)
            }
            try note(question, ask.key, of: peer)
        }
        try send(.questionStanding, standing(of: ask.key, for: peer), to: peer)
    }

    private func bring(_ request: SumsRequest, to peer: RoutingIdentity) throws {
        let key = request.question
        let standing = standing(of: key, for: peer)
        guard standing.phase == .answered, let question = asked[key], question.batches.indices.contains(request.batch) else {
            try send(.questionStanding, standing, to: peer)
            return
        }
        try schedule(.heard(peer))
        do {
            let batch = question.batches[request.batch]
            guard let sums = try question.sums(of: batch) else { throw StorageError.notFound(folder.interventions) }
            let (body, payload) = KeptSums.message(sums, of: batch.index, to: key)
            if case .dropped(let problem) = try send(.keptSums, body, payload: payload, to: peer) {
                try turnAway(peer, problem.message, "ask about fewer neurons or values at a time", status: 65)
            }
        } catch let error as StorageError {
            let trouble = TurnedAway(of: error)
            try turnAway(peer, trouble.reason, "ask again: what is missing is measured again", status: 75)
        }
    }

    /// How it stands with what somebody has asked.
    func standing(of key: Digest, for peer: RoutingIdentity) -> QuestionStanding {
        let standing = queue.question(of: peer) == key ? queue.standing(of: peer) : .unknown
        switch standing {
        case .unknown: return QuestionStanding(question: key, phase: .unknown)
        case .waiting(let ahead): return QuestionStanding(question: key, phase: .waiting, ahead: ahead)
        case .current:
            var found = QuestionStanding(question: key, phase: .current)
            guard let current else { return found }
            found.rowsDone = current.work.rows - current.work.missingRows + current.keptRows
            found.waitingBecause = current.waitingBecause.map { String($0.prefix(1_000)) }
            return found
        case .ended:
            guard let trouble = troubles[peer] else { return QuestionStanding(question: key, phase: .answered) }
            return QuestionStanding(question: key, phase: .failed, failure: trouble)
        }
    }

    /// What `status` prints while there is no question.
    private var status: ClusterStatus {
        let (now, counters) = (now, socket.counters.snapshot)
        return ClusterStatus(
            run: plan.configuration.name, plan: plan.identity, outcome: nil, waitingBecause: "no question is asked", tokens: 0,
            tokensDone: 0, tokensPerSecond: nil, secondsLeft: nil, tasks: [:],
            workers: workers.sorted { $0.key < $1.key }.map {
                ClusterStatus.Worker($0.key, $0.value, known: nil, active: nil, state: "idle", at: now)
            }, reducers: [], failed: [], logsLeftOut: nil, disagreements: 0,
            dropped: Dictionary(uniqueKeysWithValues: counters.refused.map { ($0.key.rawValue, $0.value) }),
            connectionsLost: counters.connectionsLost, questions: questions)
    }
}
