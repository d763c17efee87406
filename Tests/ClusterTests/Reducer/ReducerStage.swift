import Scheduling
import SmallRuns
import Statistics
import Storage
import SystemPackage

@testable import Cluster

/// A coordinator that does what it must and nothing more, and workers, on real sockets and on the test's own thread.
final class ReducerStage {
    let parcels: PlannedParcels
    let folder: TemporaryFolder
    var epoch = 1
    /// The share of tasks whose parcels the reducer keeps back.
    var audit = 0.0
    /// Milliseconds between two of a reducer's heartbeats.
    var heartbeats = 100
    /// What the assignment says that the store is.
    var identity: StoreIdentity
    /// What a reducer is told in place of an assignment.
    var turnsAway: TurnedAway?
    private(set) var heartbeat: ReducerHeartbeat?
    private(set) var hello: ReducerHello?
    private(set) var assignments = 0
    private(set) var disagreements: [ShardDisagreement] = []
    private(set) var inventories: [Int: [SectionInventory]] = [:]
    private var workers: [TestWorker] = []
    /// Workers that stay where they are when the reducer moves.
    private var astray: Set<String> = []
    private var reducers: [RunningReducer] = []
    private let context: MessageContext
    private let socket: MessageSocket
    private let endpoint: Endpoint
    private var round = 0

    init() throws {
        parcels = try PlannedParcels.shared.get()
        folder = try TemporaryFolder()
        identity = StoreIdentity(plan: parcels.plan.identity, index: PlannedParcels.reducer)
        context = try MessageContext()
        socket = try MessageSocket(.router, in: context, security: .privateFolder)
        endpoint = try socket.bind(Endpoint(ipc: folder.file("c")))
    }

    deinit { for reducer in reducers { _ = try? reducer.stopped() } }

    var store: FilePath { folder.file("store") }

    /// A policy that folds at once and waits for nothing long.
    static var eager: ReducerPolicy {
        var policy = ReducerPolicy()
        policy.foldBytes = 1
        policy.diskPatience = 20
        return policy
    }

    /// A policy that folds only when it is told to.
    static var patient: ReducerPolicy {
        var policy = eager
        policy.foldBytes = .max
        return policy
    }

    /// Starts a reducer on the store.
    @discardableResult
    func start(_ policy: ReducerPolicy = eager, files: any FileLayer = LocalFiles(), takesOver: Bool = false) throws -> RunningReducer {
        var settings = ReducerSettings(
            coordinator: endpoint, listen: try Endpoint(ipc: folder.file("r\(reducers.count)")), store: store,
            coordinatorSecurity: .privateFolder, listenSecurity: .privateFolder)
        settings.policy = policy
        settings.takesOver = takesOver
        hello = nil
        heartbeat = nil
        let reducer = try RunningReducer(settings, files: files)
        reducers.append(reducer)
        return reducer
    }

    /// Stops the reducer that was started last.
    @discardableResult
    func stopLast() throws -> RunOutcome? { try reducers.last?.stopped() }

    /// A worker does not follow the reducer any more.
    func leaves(_ worker: TestWorker) { astray.insert(worker.name) }

    func worker(_ name: String) throws -> TestWorker {
        let worker = try TestWorker(name, in: context)
        workers.append(worker)
        return worker
    }

    /// Lets messages pass until a condition comes true.
    func eventually(_ condition: () throws -> Bool) throws -> Bool {
        let end = ContinuousClock.now + .milliseconds(patience)
        while ContinuousClock.now < end {
            try pass()
            if try condition() { return true }
        }
        return false
    }

    /// Asks for everything to be folded, until there is an answer.
    func flush(_ verdicts: [Verdict] = [], wrong: [WrongNumbers] = []) throws -> [SectionInventory]? {
        round += 1
        let round = round
        var asked = ContinuousClock.now - .seconds(1)
        _ = try eventually {
            if ContinuousClock.now - asked > .milliseconds(300) {
                asked = .now
                let news = FlushRequest.News(verdicts: verdicts, wrong: wrong.map { .init(task: $0.task, worker: $0.worker) })
                let (request, payload) = try FlushRequest.message(round: round, news)
                try tell(.flush, request, payload)
            }
            return inventories[round] != nil
        }
        return inventories[round]
    }

    /// Sends the reducer a message.
    func tell(_ kind: MessageKind, _ body: some Encodable & Sendable, _ payload: [PayloadFrame] = []) throws {
        guard let hello, let peer = RoutingIdentity(named: hello.name) else { return }
        _ = try socket.send(OutgoingMessage(kind, body, payload: payload), to: peer)
    }

    private func pass() throws {
        let poller = Poller()
        for socket in [socket] + workers.map(\.socket) { poller.watch(socket) }
        _ = try poller.wait(milliseconds: 20)
        while case .message(let message)? = try socket.receive() { try take(message) }
        for worker in workers {
            if let hello, !astray.contains(worker.name) { try worker.connect(to: hello.endpoint) }
            while case .message(let message)? = try worker.socket.receive() { try worker.take(message) }
            try worker.offerAgain()
        }
    }

    private func take(_ message: IncomingMessage) throws {
        switch message.kind {
        case .reducerHello:
            hello = try message.body(as: ReducerHello.self)
            if let turnsAway { return try tell(.turnedAway, turnsAway) }
            assignments += 1
            let assignment = Assignment(
                store: identity, groups: parcels.rules.groups, epoch: epoch, heartbeat: heartbeats,
                audits: AuditRule(share: audit, salt: "salt"))
            try tell(.assignment, assignment, parcels.planFiles.map { PayloadFrame(copying: $0) })
        case .reducerHeartbeat:
            heartbeat = try message.body(as: ReducerHeartbeat.self)
            if let sender = message.sender {
                _ = try socket.send(OutgoingMessage(.pulse, Pulse(epoch: epoch, number: 1, reducers: [])), to: sender)
            }
        case .disagreement: disagreements.append(try message.body(as: ShardDisagreement.self))
        case .inventory:
            let inventory = try message.body(as: Inventory.self)
            inventories[inventory.round] = try inventory.sections(in: message.payload, limit: LongBody.largest)
        default: break
        }
    }
}
