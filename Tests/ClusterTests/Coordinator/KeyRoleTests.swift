import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("What a key may do", .serialized)
struct KeyRoleTests {
    let folder: TemporaryFolder
    let keys: KeyFolder
    let log = RecordedLog()
    let coordinator: Coordinator

    init() throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        let tiny = try TinyPlan(in: folder)
        keys = try KeyFolder.create(at: folder.file("keys"))
        let context = try MessageContext()
        let endpoint = try Endpoint("tcp://127.0.0.1:*")
        let security = try ClusterSecurity(keys: keys.path, isInsecure: false).coordinator(endpoint, in: context, logger: log.logger)
        let settings = CoordinatorSettings(endpoint: endpoint, security: security, messages: context)
        let job = JobContext(team: ThreadTeam(count: 1), logger: log.logger)
        coordinator = try Coordinator(tiny.run, settings: settings, epoch: 1, in: context, context: job)
    }

    /// Somebody who connects with a key, under a name that goes with it or any other.
    private func peer(_ security: Security, name: String? = nil) throws -> MessageSocket {
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: name ?? security.name(for: "peer"))
        options.sendQueue = 100_000
        let socket = try MessageSocket(.dealer, in: try MessageContext(), security: security, options: options)
        try socket.connect(coordinator.endpoint)
        return socket
    }

    /// The first words of a reducer that has a key.
    private func hello(_ security: Security) throws -> ReducerHello {
        ReducerHello(
            name: security.name(for: "peer"), host: "h", process: 1, program: "", endpoint: try Endpoint("tcp://127.0.0.1:7401"),
            folder: "/store", store: nil)
    }

    /// Has the coordinator work until something is so.
    ///
    /// - Parameter sockets: those whose messages are under way: sockets that are gone send nothing.
    private func works(keeping sockets: [MessageSocket] = [], until condition: () throws -> Bool) throws -> Bool {
        let end = ContinuousClock.now + .milliseconds(patience)
        defer { withExtendedLifetime(sockets) {} }
        while ContinuousClock.now < end {
            if try condition() { return true }
            try coordinator.turn()
        }
        return false
    }

    private var dropped: Int { coordinator.socket.counters.snapshot.refused[.sender] ?? 0 }

    /// What a peer is answered.
    private func answer(to socket: MessageSocket) throws -> IncomingMessage? {
        var answer: IncomingMessage?
        _ = try works {
            if case .message(let message)? = try socket.receive() { answer = message }
            return answer != nil
        }
        return answer
    }

    @Test("a worker's is told and counted when it asks for control or claims to be a reducer, and nothing of it is done")
    func worker() throws {
        let security = try keys.client(as: .worker)
        let worker = try peer(security)
        try worker.send(.control, ControlOrder(.cancel))
        #expect(try answer(to: worker)?.body(as: TurnedAway.self).reason.contains("it takes a control's") == true)
        try worker.send(.control, ControlOrder(.retry(nil)))
        try worker.send(.statusRequest, StatusRequest())
        try worker.send(.reducerHello, try hello(security))
        #expect(try works(keeping: [worker]) { dropped == 4 })
        #expect(coordinator.scheduler.outcome == nil && coordinator.outcome == nil && coordinator.reducers.contacts.isEmpty)
        #expect(log.contains("the worker's key \"first\" may not do this"))
    }

    @Test("a reducer's and a person's do what is theirs and no more; workers are told the key that a reducer has proved")
    func others() throws {
        let person = try peer(keys.client(as: .control), name: nil)
        try person.send(.statusRequest, StatusRequest())
        #expect(try answer(to: person)?.kind == .status)
        let security = try keys.client(as: .reducer)
        let reducer = try peer(security)
        let hello = try hello(security)
        try reducer.send(.reducerHello, hello)
        #expect(try answer(to: reducer)?.kind == .assignment)
        let address = ReducerAddress(index: 0, endpoint: hello.endpoint, key: try keys.pair(of: .reducer).publicKey)
        #expect(coordinator.reducers.addresses == [address])
        #expect(dropped == 0)

        let name = WorkerID(security.name(for: "peer"))
        try reducer.send(.workerHello, WorkerHello(worker: name, host: "h", process: 1, program: ""))
        try person.send(.reducerHello, hello)
        #expect(try works(keeping: [reducer, person]) { dropped == 2 })
        #expect(coordinator.workers.isEmpty)
    }

    @Test("stands for the names of its own processes: others' names are counted and dropped, whatever is sent")
    func names() throws {
        let (own, other) = (try keys.client(as: .worker), try keys.add(.worker, named: "other").client(as: .worker))
        let names = [own.name(for: "w"), "w", "reducer-0"]
        let impostors = try names.map { try peer(other, name: $0) }
        for (name, impostor) in zip(names, impostors) {
            try impostor.send(.workerHello, WorkerHello(worker: WorkerID(name), host: "h", process: 1, program: ""))
        }
        #expect(try works(keeping: impostors) { dropped == 3 })
        #expect(coordinator.workers.isEmpty)
        // Two processes with one key.
        var senders: [MessageSocket] = []
        for name in ["a", "b"] {
            let worker = try peer(other, name: other.name(for: name))
            let id = WorkerID(other.name(for: name))
            try worker.send(.workerHello, WorkerHello(worker: id, host: "h", process: 1, program: ""))
            #expect(try answer(to: worker)?.kind == .welcome)
            // In another's name, from under its own.
            try worker.send(.workerHello, WorkerHello(worker: WorkerID(names[0]), host: "h", process: 1, program: ""))
            senders.append(worker)
        }
        #expect(try works(keeping: senders) { coordinator.socket.counters.snapshot.refused[.body] == 2 })
        #expect(coordinator.workers.keys.sorted() == ["a", "b"].map { WorkerID(other.name(for: $0)) })
    }

    @Test("of a person or another reducer opens no reducer")
    func reducer() throws {
        let context = try MessageContext()
        let anywhere = try Endpoint("tcp://127.0.0.1:*")
        let security = try ClusterSecurity(keys: keys.path, isInsecure: false).reducer(anywhere, in: context, logger: log.logger)
        let router = try MessageSocket(.router, in: context, security: security)
        let endpoint = try router.bind(anywhere)
        let key = try keys.pair(of: .reducer).publicKey
        for role in KeyRole.allCases {
            let client = try #require(try keys.client(as: role).towards(key))
            let socket = try MessageSocket(.dealer, in: try MessageContext(), security: client)
            try socket.connect(endpoint)
            try socket.send(.offer, StatusRequest())
            if role == .worker {
                #expect(try nextMessage(router)?.key?.role == .worker)
            } else {
                #expect(eventually { (try? socket.handshakeFailure()) == .notAdmitted })
            }
        }
        #expect(try router.receive() == nil)
        #expect(log.contains("opens nothing here"))
        #expect(try keys.client(as: .worker).towards(nil)?.provesKeys == nil)
    }

    @Test("of any role sends in vain what nobody sends to a coordinator")
    func nobody() throws {
        let kinds: [MessageKind] = [.lease, .pulse, .assignment, .finished, MessageKind(rawValue: 9_999)]
        var senders: [MessageSocket] = []
        for role in KeyRole.allCases {
            let socket = try peer(keys.client(as: role))
            for kind in kinds { try socket.send(kind, StatusRequest()) }
            senders.append(socket)
        }
        let count = kinds.count * KeyRole.allCases.count
        #expect(try works(keeping: senders) { coordinator.socket.counters.snapshot.refused == [.body: count] })
        #expect(log.contains("nobody sends this to a coordinator"))
    }

    @Test("a flood of messages that are not allowed, and of bodies without sense, fills no log, and others are answered")
    func flood() throws {
        let flooder = try peer(keys.client(as: .worker))
        let count = 20_000
        for _ in 0..<count / 2 {
            try flooder.send(.control, ControlOrder(.cancel))
            _ = try flooder.send(OutgoingMessage(.heartbeat, encoded: Array(#"{"worker":{}}"#.utf8)))
        }
        let person = try peer(keys.client(as: .control))
        try person.send(.statusRequest, StatusRequest())
        #expect(try answer(to: person)?.kind == .status)
        #expect(try works { coordinator.socket.counters.snapshot.allRefused == count })
        #expect(coordinator.socket.counters.snapshot.refused == [.sender: count / 2, .body: count / 2])
        #expect(log.lines.filter { $0.contains("dropped") }.count < 40, "\(log.lines.count)")
        #expect(coordinator.outcome == nil && coordinator.scheduler.outcome == nil)
    }
}

extension MessageSocket {
    /// Sends a message; the queue has room.
    fileprivate func send(_ kind: MessageKind, _ body: some Encodable & Sendable) throws {
        let outcome = try send(OutgoingMessage(kind, body))
        #expect(outcome == .sent)
    }
}
