import Glibc
import Pipeline
import Scheduling
import Storage
import Synchronization

/// A worker's line to the coordinator; belongs to the thread that made it.
final class CoordinatorLink {
    /// The worker's name.
    let name: WorkerID
    let socket: MessageSocket
    private let endpoint: Endpoint
    private let clock: MonotonicClock
    private let log: WorkerLog
    /// What the worker drops, of the coordinator's and of reducers.
    let refusals: RefusalLog
    /// Sends to the coordinator, and for the worker to reducers.
    let sender: MessageSender
    private let poller = Poller()
    private var introduced: SchedulerTime?
    private var looked = SchedulerTime.zero
    private var silence: CoordinatorSilence
    private var denials = RepeatedRefusals()
    /// Whether it has said who it is and nothing has come since.
    private var isAsking = false

    /// Milliseconds between introductions, until there is an answer.
    private static let patience: Int64 = 2_000
    /// Milliseconds between looks at handshakes that failed.
    private static let handshakePatience: Int64 = 5_000

    /// - Throws: `ClusterError` when the endpoint or the name cannot be used.
    init(
        _ endpoint: Endpoint, name: WorkerID, security: Security, context: MessageContext, clock: MonotonicClock, log: WorkerLog
    ) throws {
        guard let identity = RoutingIdentity(named: name.name) else {
            throw ClusterError.failure(of: "naming a worker with \(name.name.utf8.count) bytes", code: EINVAL)
        }
        (self.name, self.endpoint, self.clock, self.log) = (name, endpoint, clock, log)
        silence = CoordinatorSilence(of: endpoint)
        refusals = RefusalLog { log.warning($0) }
        sender = MessageSender(RefusalLog { log.warning($0) })
        var options = SocketOptions()
        options.identity = identity
        // What is said while nobody listens would be old news later.
        options.needsConnection = true
        // A lease of many tasks is reported at once; each of its messages is small.
        options.sendQueue = 4_096
        options.lastReconnect = 2_000
        socket = try MessageSocket(.dealer, in: context, security: security, options: options)
        try socket.connect(endpoint)
        poller.watch(socket)
    }

    /// Sends a message.
    ///
    /// - Returns: whether it is on its way.
    @discardableResult
    func send(_ kind: MessageKind, _ body: some Encodable & Sendable) throws -> Bool {
        try sender.send(kind, body, through: socket) == .sent
    }

    /// Sends a sign of life.
    ///
    /// - Returns: whether it is on its way.
    @discardableResult
    func send(_ heartbeat: WorkerHeartbeat) throws -> Bool {
        let isSent = try socket.send(OutgoingMessage(.heartbeat, heartbeat)) == .sent
        // It is answered only where there is news; without a connection it is not sent.
        if !isSent { note(silence.lasts(at: clock.now)) } else if !isAsking { note(silence.ends(at: clock.now)) }
        return isSent
    }

    /// Introduces the worker, unless it has done so a moment ago.
    func introduce() throws {
        let now = clock.now
        isAsking = true
        note(silence.lasts(at: now))
        if let introduced, now - introduced < Self.patience { return }
        let hello = WorkerHello(worker: name, host: HostName.current, process: getpid(), program: ProgramVersion.current)
        if try send(.workerHello, hello) { introduced = now }
    }

    /// The next message; nil when there is none.
    ///
    /// - Throws: `ClusterError.otherVersion`.
    func receive() throws -> IncomingMessage? {
        while let reception = try socket.receive() {
            var message: IncomingMessage?
            if case .version(let theirs, let ours)? = try refusals.pass(reception, of: socket, to: { message = $0 }) {
                throw ClusterError.otherVersion(endpoint, theirs: theirs, ours: ours)
            }
            if let message {
                isAsking = false
                denials.end()
                note(silence.ends(at: clock.now))
                return message
            }
        }
        try lookAtHandshakes()
        return nil
    }

    /// Waits for the next message, for a moment.
    ///
    /// - Returns: nil when none came.
    func wait(milliseconds: Int) throws -> IncomingMessage? {
        if let message = try receive() { return message }
        _ = try poller.wait(milliseconds: milliseconds)
        return try receive()
    }

    /// Lets some time pass; what comes meanwhile is of a job that is over.
    ///
    /// - Throws: `PipelineError.endedWhileIdle`, `ClusterError.otherVersion`.
    func pause(milliseconds: Int64, stop: StopRequest) throws {
        let end = clock.now + milliseconds
        while clock.now < end {
            if stop.isRaised { throw PipelineError.endedWhileIdle }
            _ = try wait(milliseconds: 100)
        }
    }

    /// The body of a message; nil, counted and logged, when it is not what its kind says.
    func body<Body: Decodable>(_ message: IncomingMessage, as type: Body.Type = Body.self) -> Body? {
        read { try message.body(as: type) }
    }

    /// What a message says in a `LongBody`; nil, counted and logged, when it is not what its kind says.
    private func longBody<Body: Decodable>(_ message: IncomingMessage, as type: Body.Type) -> Body? {
        read { try message.longBody(as: type) }
    }

    private func read<Body>(_ body: () throws -> Body) -> Body? {
        do {
            return try body()
        } catch {
            drop(error)
            return nil
        }
    }

    /// Counts and logs a message that cannot be used.
    func drop(_ error: any Error) {
        if let refusal = error as? MessageRefusal {
            refusals.drop(refusal, of: socket, from: nil)
        } else {
            refusals.count("unusable", "\(error)")
        }
    }

    /// Ends the worker when the coordinator says so.
    ///
    /// - Throws: `ClusterError.turnedAway`, `WorkerEnd.finished`.
    func checkEnd(_ message: IncomingMessage) throws {
        switch message.kind {
        case .turnedAway:
            guard let end = body(message, as: TurnedAway.self) else { return }
            throw ClusterError.turnedAway(reason: end.reason, remedy: end.remedy, status: end.status)
        case .finished:
            if let outcome = longBody(message, as: RunOutcome.self) { throw WorkerEnd.finished(outcome) }
        default: break
        }
    }

    private func note(_ news: String?) {
        if let news { log.notice(news) }
    }

    /// A worker whose key is not known yet tries again: the key may be added.
    private func lookAtHandshakes() throws {
        let now = clock.now
        guard now - looked >= Self.handshakePatience else { return }
        looked = now
        guard let failure = try socket.handshakeFailure() else { return }
        if denials.isToBeTold(failure, at: now) {
            log.warning("the coordinator at \(endpoint) does not let this worker in: \(failure); \(failure.remedy)")
        }
        socket.disconnect(endpoint)
        try socket.connect(endpoint)
    }
}
