import Pipeline
import Scheduling
import Statistics
import Storage

extension Coordinator {
    /// Takes a message in.
    ///
    /// - Throws: `MessageRefusal` for one that does not fit, errors of the disk.
    func handle(_ message: IncomingMessage) throws {
        guard let peer = message.sender else { return }
        try authorise(message, from: peer)
        switch message.kind {
        case .workerHello: try welcome(try message.body(), from: peer)
        case .workerReady: try admit(try message.body(), from: peer)
        case .heartbeat: try hear(try message.body(as: WorkerHeartbeat.self), from: peer)
        case .taskDone:
            let report = try message.body(as: TaskReport.self)
            try check(report.worker, is: peer, .taskDone)
            schedule(.taskDone(report.worker, report.lease, report.task, report.digest))
        case .taskFailed:
            let trouble = try message.body(as: TaskTrouble.self)
            try check(trouble.failure.worker, is: peer, .taskFailed)
            // That a worker died, or was wrong, others find out.
            guard trouble.failure.kind == .error else { throw MessageRefusal.body(.taskFailed, problem: "that is no error of a task") }
            schedule(.taskFailed(trouble.lease, trouble.task, trouble.failure))
        case .leaseReturned:
            let lease = try message.body(as: LeaseID.self)
            if let worker = worker(at: peer) { schedule(.leaseReturned(worker, lease)) }
        case .draining: if let worker = worker(at: peer) { schedule(.workerDraining(worker)) }
        case .left:
            if let worker = worker(at: peer) {
                schedule(.workerLeft(worker))
                workers[worker] = nil
            }
        case .modelRequest:
            let answer = try models.answer(try message.body())
            try send(.modelPiece, answer.piece, payload: answer.payload, to: peer)
        case .reducerHello: try assign(try message.body(), to: peer, key: message.key?.key)
        case .reducerHeartbeat: try hear(try message.body(as: ReducerHeartbeat.self), from: peer)
        case .inventory: try takeInventory(message, from: peer)
        case .sectionPiece: try takeSection(message, from: peer)
        case .disagreement:
            let disagreement = try message.body(as: ShardDisagreement.self)
            guard reducers.index(of: peer) != nil else { return }
            disagreements += 1
            let names = disagreement.workers.map(\.name).joined(separator: " and ")
            if let parcel = disagreement.parcel, let held = disagreement.workers.first, let offered = disagreement.workers.last {
                schedule(.contradicted(parcel.task, held: held, offered: offered, parcel.digest))
            }
            context.logger.warning(
                "workers \(names) computed different integers of shard \(disagreement.shard) in \(disagreement.section.name(in: run.layout))"
            )
        case .statusRequest: try send(.status, status, to: peer)
        case .control: try send(.controlReply, try control(try message.body()), to: peer)
        default: throw MessageRefusal.body(message.kind, problem: "nobody sends this to a coordinator")
        }
    }

    /// What a key may not do is not done, whatever the message says.
    private func authorise(_ message: IncomingMessage, from peer: RoutingIdentity) throws {
        try message.checkSender(under: settings.security)
        guard let key = message.key, let role = message.kind.role, role != key.role else { return }
        let problem = "\(key) may not do this, it takes a \(role.rawValue)'s"
        try turnAway(peer, problem, "use a key of that role; `keys add` makes one", status: 77)
        throw MessageRefusal.sender(message.kind, problem: problem)
    }

    private func worker(at peer: RoutingIdentity) -> WorkerID? {
        let worker = WorkerID(peer.description)
        return workers[worker]?.identity == peer ? worker : nil
    }

    /// A worker speaks for itself only.
    private func check(_ worker: WorkerID, is peer: RoutingIdentity, _ kind: MessageKind) throws {
        guard RoutingIdentity(named: worker.name) == peer else {
            throw MessageRefusal.body(kind, problem: "\(peer) speaks in the name of \(LogText.line(worker.name))")
        }
    }

    // MARK: - Workers

    private func welcome(_ hello: WorkerHello, from peer: RoutingIdentity) throws {
        try check(hello.worker, is: peer, .workerHello)
        if workers[hello.worker] == nil {
            context.logger.info("worker \(LogText.line(hello.worker.name)) has come (\(LogText.line(hello.host)))")
            workers[hello.worker] = WorkerContact(identity: peer)
        }
        let first = run.firstRow
        let body = Welcome(
            run: run.plan.configuration.name, plan: run.plan.identity, epoch: epoch, heartbeat: settings.heartbeat,
            reducers: reducers.addresses, owners: owners.owners,
            firstRow: RowPlace(index: first.indices[0], domain: first.domains[0]))
        let files = try PlanFiles.frames(of: run.folder, hasFeatures: run.features != nil)
        try send(.welcome, body, payload: files + [PayloadFrame(copying: TokenFrame.bytes(of: first.tokens))], to: peer)
    }

    private func admit(_ ready: WorkerReady, from peer: RoutingIdentity) throws {
        try check(ready.worker, is: peer, .workerReady)
        let groups = ready.offer.bundles.flatMap(\.self)
        guard Set(groups).count == groups.count, Set(groups).isSubset(of: run.plan.blockGroups.indices), (0...64).contains(ready.leases)
        else { throw MessageRefusal.body(.workerReady, problem: "its block groups are not the plan's") }
        workers[ready.worker, default: WorkerContact(identity: peer)].ready = ready
        if isOpen { introduce(ready) }
    }

    /// Lets the scheduler know of a worker.
    func introduce(_ ready: WorkerReady) {
        schedule(.workerJoined(ready.worker, ready.offer))
        schedule(.workerReady(ready.worker, leases: ready.leases))
    }

    private func hear(_ heartbeat: WorkerHeartbeat, from peer: RoutingIdentity) throws {
        try check(heartbeat.worker, is: peer, .heartbeat)
        workers[heartbeat.worker]?.heartbeat = heartbeat
        if isOpen, workers[heartbeat.worker]?.ready != nil {
            schedule(.heartbeat(heartbeat.worker, leases: heartbeat.leases, computing: heartbeat.computing))
        }
        // Whoever is not known here was welcomed by an earlier coordinator, whose epoch it still names to itself: it says hello again.
        try send(.pulse, Pulse(epoch: workers[heartbeat.worker]?.ready == nil ? 0 : epoch, reducers: reducers.addresses), to: peer)
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
            try turnAway(peer, refusal.reason, refusal.remedy)
        case .success(let index):
            if isNew { context.logger.info("reducer \(index) has come (\(LogText.line(hello.host)), \(hello.endpoint))") }
            let body = Assignment(
                store: StoreIdentity(plan: run.plan.identity, index: index), groups: owners.groups(of: index), epoch: epoch,
                heartbeat: settings.heartbeat, audits: settings.policy.auditRule)
            try send(.assignment, body, payload: try PlanFiles.frames(of: run.folder, hasFeatures: run.features != nil), to: peer)
            try askReducers(only: index)
        }
    }

    private func hear(_ heartbeat: ReducerHeartbeat, from peer: RoutingIdentity) throws {
        let index = reducers.index(of: peer)
        if let index { reducers.hear(index, heartbeat, at: now) }
        try send(.pulse, Pulse(epoch: index == nil ? 0 : epoch, reducers: reducers.addresses), to: peer)
    }
}
