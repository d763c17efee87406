import Diagnostics
import Pipeline
import Scheduling
import Statistics
import Storage

extension Coordinator {
    /// Who has sent a message.
    struct Sender {
        /// What answers are sent to.
        let identity: RoutingIdentity
        /// The worker, where it is one that has come.
        let worker: WorkerID?
    }

    /// What is done with a kind of message.
    struct Duty: Sendable {
        /// Whose key it takes to send it.
        let role: KeyRole
        /// Does it.
        let perform: @Sendable (Coordinator, IncomingMessage, Sender) throws -> Void

        init(_ role: KeyRole, _ perform: @escaping @Sendable (Coordinator, IncomingMessage, Sender) throws -> Void) {
            self.role = role
            self.perform = perform
        }
    }

    /// All kinds of messages that a coordinator takes: whatever is not here is refused, whoever sends it.
    static let duties: [MessageKind: Duty] = [
        .workerHello: Duty(.worker) { try $0.welcome(try $1.body(), from: $2.identity) },
        .workerReady: Duty(.worker) { try $0.admit(try $1.body(), from: $2.identity) },
        .heartbeat: Duty(.worker) { try $0.hear(try $1.body(as: WorkerHeartbeat.self), from: $2) },
        .taskDone: Duty(.worker) { try $0.finish(try $1.body(), from: $2.identity) },
        .taskFailed: Duty(.worker) { try $0.fail(try $1.body(), from: $2.identity) },
        .leaseReturned: Duty(.worker) { coordinator, message, sender in
            let lease = try message.body(as: LeaseID.self)
            if let worker = sender.worker { coordinator.schedule(.leaseReturned(worker, lease)) }
        },
        .draining: Duty(.worker) { coordinator, _, sender in
            if let worker = sender.worker { coordinator.schedule(.workerDraining(worker)) }
        },
        .left: Duty(.worker) { coordinator, _, sender in
            guard let worker = sender.worker else { return }
            coordinator.bidFarewell(to: sender.identity)
            coordinator.noteDeparture(of: worker)
            coordinator.schedule(.workerLeft(worker))
            coordinator.workers[worker] = nil
        },
        .modelRequest: Duty(.worker) { try $0.serve(try $1.body(), to: $2.identity) },
        .reducerHello: Duty(.reducer) { try $0.assign(try $1.body(), to: $2.identity, key: $1.key?.key) },
        .reducerHeartbeat: Duty(.reducer) { try $0.hear(try $1.body(as: ReducerHeartbeat.self), from: $2.identity) },
        .inventory: Duty(.reducer) { try $0.takeInventory($1, from: $2.identity) },
        .summaries: Duty(.reducer) { $0.take(try $1.body(as: SummariesReport.self), from: $2.identity) },
        .filePiece: Duty(.reducer) { try $0.takeFile($1, from: $2.identity) },
        .disagreement: Duty(.reducer) { try $0.take(try $1.body(as: ShardDisagreement.self), from: $2.identity) },
        .ask: Duty(.control) { coordinator, _, sender in
            coordinator.bidFarewell(to: sender.identity)
            let left = coordinator.scheduler.taskCount - coordinator.scheduler.count(of: .done)
            try coordinator.turnAway(
                sender.identity, "the run itself is computed here, \(CountText.of(left, "task")) of it to be done yet",
                "ask again when it is over, of a coordinator that was started with --stay", status: 75)
        },
        .statusRequest: Duty(.control) { coordinator, message, sender in
            let request = try message.body(as: StatusRequest.self)
            coordinator.bidFarewell(to: sender.identity)
            guard try coordinator.isMeant(by: request.coordinator, of: sender.identity) else { return }
            if request.coordinator == nil, request.isWatching == true { coordinator.watched = coordinator.now }
            try coordinator.reply(.status, coordinator.status, to: sender.identity)
        },
        .control: Duty(.control) { coordinator, message, sender in
            let order = try message.body(as: ControlOrder.self)
            coordinator.bidFarewell(to: sender.identity)
            guard try coordinator.isMeant(by: order.coordinator, of: sender.identity) else { return }
            try coordinator.reply(.controlReply, try coordinator.control(order.request), to: sender.identity)
        },
    ]

    /// Takes a message in.
    ///
    /// - Throws: `MessageRefusal` for one that does not fit, errors of the disk.
    func handle(_ message: IncomingMessage) throws {
        guard let peer = message.sender else { return }
        guard let duty = Self.duties[message.kind] else {
            throw MessageRefusal.body(message.kind, problem: "nobody sends this to a coordinator")
        }
        try check(message, from: peer, takes: duty.role)
        try duty.perform(self, message, Sender(identity: peer, worker: hear(of: peer)))
    }

    // MARK: - Workers

    private func welcome(_ hello: WorkerHello, from peer: RoutingIdentity) throws {
        try greet(hello, from: peer)
        awaited.remove(hello.worker)
        if !isOpen { schedule(.heard(hello.worker)) }
        // It asks again. What it computed for the reducers as they were it must not send to those that know their new parts.
        guard !isReassigning else { return }
        let first = run.firstRow
        let body = Welcome(
            run: run.plan.configuration.name, plan: run.plan.identity, epoch: epoch, heartbeat: settings.heartbeat,
            reducers: reducers.addresses, owners: owners.owners,
            firstRow: RowPlace(index: first.indices[0], domain: first.domains[0]))
        guard let files = try files(for: peer) else { return }
        try send(.welcome, body, payload: files + [PayloadFrame(copying: TokenFrame.bytes(of: first.tokens))], to: peer)
    }

    private func admit(_ ready: WorkerReady, from peer: RoutingIdentity) throws {
        try check(ready.worker, is: peer, .workerReady)
        let groups = ready.offer.bundles.flatMap(\.self)
        guard Set(groups).count == groups.count, Set(groups).isSubset(of: run.plan.blockGroups.indices), (0...64).contains(ready.leases)
        else { throw MessageRefusal.body(.workerReady, problem: "its block groups are not the plan's") }
        // One that has opened a question comes anew, as one of another epoch does.
        guard ready.question == nil else { return try tell(peer, isKnown: false) }
        awaited.remove(ready.worker)
        workers[ready.worker, default: WorkerContact(identity: peer, heard: now)].ready = ready
        if isOpen { introduce(ready) } else { schedule(.heard(ready.worker)) }
    }

    private func hear(_ heartbeat: WorkerHeartbeat, from sender: Sender) throws {
        var isKnown = false
        if let worker = sender.worker {
            workers[worker]?.take(heartbeat)
            let contact = workers[worker]
            isKnown = contact?.ready != nil
            if !isOpen {
                // Reducers may take their time to say what they hold: that is no silence of workers.
                schedule(.heard(worker))
            } else if isKnown, let contact {
                schedule(.heartbeat(worker, leases: heartbeat.leases, computing: heartbeat.computing, log: contact.log))
            }
        }
        if !isKnown || heartbeat.pulse != pulse.number { try tell(sender.identity, isKnown: isKnown) }
    }

    private func finish(_ report: TaskReport, from peer: RoutingIdentity) throws {
        try check(report.worker, is: peer, .taskDone)
        schedule(.taskDone(report.worker, report.lease, report.task, report.digest))
    }

    private func serve(_ request: ModelRequest, to peer: RoutingIdentity) throws {
        let answer = models.answer(request)
        tally.modelBytes += answer.payload.reduce(0) { $0 + $1.count }
        try send(.modelPiece, answer.piece, payload: answer.payload, to: peer)
    }

    // MARK: - Reducers

    private func assign(_ hello: ReducerHello, to peer: RoutingIdentity, key: PublicKey?) throws {
        guard RoutingIdentity(named: hello.name) == peer else {
            throw MessageRefusal.body(.reducerHello, problem: "\(peer) speaks in the name of \(LogText.line(hello.name))")
        }
        let isNew = reducers.index(of: peer) == nil
        switch try reducers.admit(hello, from: peer, key: key, at: now, patience: settings.policy.leaseTimeout) {
        case .failure(let refusal):
            context.logger.warning("reducer \(LogText.line(hello.name)) was turned away: \(refusal.reason)")
            try turnAway(peer, refusal.reason, refusal.remedy, status: refusal.status.rawValue)
        case .success(let index):
            if isNew { context.logger.info("reducer \(index) has come (\(LogText.line(hello.host)), \(hello.endpoint))") }
            tell(watch.hear(index, at: now))
            renewPulse(silent: pulse.silent ?? [])
            let body = Assignment(
                store: StoreIdentity(plan: run.plan.identity, index: index), groups: owners.groups(of: index), epoch: epoch,
                heartbeat: settings.heartbeat, audits: settings.policy.auditRule)
            guard let files = try files(for: peer) else { return }
            try send(.assignment, body, payload: files, to: peer)
            try askReducers(only: index)
        }
    }

    /// The run's files, for a peer that asks; nil while those that it was sent last may be on their way.
    private func files(for peer: RoutingIdentity) throws -> [PayloadFrame]? {
        let files = try PlanFiles.frames(of: run.plan, in: run.folder)
        let peers = workers.count + reducers.addresses.count
        return pace.allows(files.reduce(0) { $0 + $1.count }, to: peer, among: peers, at: now) ? files : nil
    }

    private func hear(_ heartbeat: ReducerHeartbeat, from peer: RoutingIdentity) throws {
        let index = reducers.index(of: peer)
        if let index {
            reducers.hear(index, heartbeat, at: now)
            tell(watch.hear(index, at: now))
        }
        try tell(peer, isKnown: index != nil)
    }

    private func take(_ disagreement: ShardDisagreement, from peer: RoutingIdentity) throws {
        guard reducers.index(of: peer) != nil else { return }
        disagreements += 1
        let names = disagreement.workers.map { LogText.line($0.name) }.joined(separator: " and ")
        if let parcel = disagreement.parcel, let held = disagreement.workers.first, let offered = disagreement.workers.last {
            schedule(.contradicted(parcel.task, held: held, offered: offered, parcel.digest))
        }
        context.logger.warning(
            "workers \(names) computed different integers of shard \(disagreement.shard) in \(disagreement.section.name(in: run.layout))")
    }
}
