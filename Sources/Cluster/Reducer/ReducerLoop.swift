import Diagnostics
import Glibc
import Kernels
import Logging
import Pipeline
import Scheduling
import Statistics
import Storage
import SystemPackage

/// The reducer's loop: one thread that has both sockets and the state machine, and waits for neither disk nor network.
final class ReducerLoop {
    /// Bytes that may wait for the disk before workers' messages stay with the network: a slow disk holds the senders back.
    private static let queueLimit = 64 << 20
    /// Messages of one socket taken at a time, so that neither starves the other.
    private static let turn = 64
    /// How long a wait may take, in milliseconds: a stop is looked for as often.
    private static let longestWait = 100
    /// How long it may take while the disk is behind: nobody says when it has caught up.
    private static let waitForDisk = 5

    let settings: ReducerSettings
    let lock: FolderLock
    let logger: Logger
    let files: any FileLayer
    let counters: ReducerCounters
    let clock = MonotonicClock()
    /// What it calls itself to the coordinator.
    let name: String
    /// Where workers find this reducer.
    let endpoint: Endpoint
    /// Workers.
    let workers: MessageSocket
    /// The coordinator.
    let coordinator: MessageSocket
    let reports: Mailbox<DiskReport>
    /// Reads what the coordinator fetches.
    let served: ServedFiles
    private let wakeup: Wakeup
    private let poller = Poller()

    /// What the store was begun as, if it was.
    var known: StoreIdentity?
    /// The work; nil before there is an assignment.
    var session: ReducerSession?
    let refusals: RefusalLog
    /// Sends to both sides.
    let sender: MessageSender
    /// How the run ended.
    var outcome: RunOutcome?
    /// Whether the coordinator has to be told who this is.
    var needsIntroduction = true
    /// When it was told last.
    var introduced: SchedulerTime?
    /// When it was heard of last.
    var heard = SchedulerTime.zero
    var silence: CoordinatorSilence
    var denials = RepeatedRefusals()
    /// What was told of the disk.
    var diskNews = DiskNews()
    /// When it was shown last that this reducer lives.
    var shown: SchedulerTime?

    /// Listens and connects.
    init(
        _ settings: ReducerSettings, in context: MessageContext, known: StoreIdentity?, lock: FolderLock, logger: Logger,
        files: any FileLayer, counters: ReducerCounters, transport: TransportCounters
    ) throws {
        self.settings = settings
        name = settings.coordinatorSecurity.name(for: ProcessName.make())
        self.known = known
        self.lock = lock
        self.logger = logger
        self.files = files
        self.counters = counters
        refusals = RefusalLog(logger)
        silence = CoordinatorSilence(of: settings.coordinator)
        sender = MessageSender(RefusalLog { logger.error("\($0)") })
        wakeup = try Wakeup()
        reports = Mailbox(wakeup: wakeup)
        served = ServedFiles(reports: reports, logger: logger)
        var options = SocketOptions()
        // What is here and not looked at yet stays small.
        options.receiveQueue = 16
        options.limits = .ofParcels
        workers = try MessageSocket(.router, in: context, security: settings.listenSecurity, options: options, counters: transport)
        endpoint = try Self.advertised(try workers.bind(settings.listen), host: settings.advertisedHost)
        var connecting = SocketOptions()
        connecting.identity = RoutingIdentity(named: name)
        coordinator = try MessageSocket(.dealer, in: context, security: settings.coordinatorSecurity, options: connecting)
        try coordinator.connect(settings.coordinator)
        poller.watch(coordinator)
        poller.watch(wakeup)
        logger.info("reducer \(name) listens at \(endpoint)")
    }

    /// Where workers find an endpoint: not at every interface.
    private static func advertised(_ endpoint: Endpoint, host: String?) throws -> Endpoint {
        guard case .tcp(_, let port?) = endpoint.transport else { return endpoint }
        if let host { return try Endpoint("tcp://\(host):\(port)") }
        return endpoint.isConcrete ? endpoint : try Endpoint("tcp://\(HostName.current):\(port)")
    }

    /// Works until the run is over or the process is to stop.
    func run(stop: StopRequest) throws -> RunOutcome? {
        while outcome == nil, !stop.isRaised {
            try showUp()
            // What waits for the disk bounds what is taken from the network.
            let hasRoom = (session?.disk.queuedBytes ?? 0) < Self.queueLimit
            if hasRoom { poller.watch(workers) } else { poller.stopWatching(workers) }
            let ready = try poller.wait(milliseconds: hasRoom ? Self.longestWait : Self.waitForDisk)
            for report in reports.drain() { try take(report) }
            if ready.hasMessages(coordinator) { try receive(from: coordinator) { try self.take(fromCoordinator: $0) } }
            if hasRoom, ready.hasMessages(workers) { try receive(from: workers) { try self.take(fromWorker: $0) } }
            try tick()
            try workers.noteConnections()
            settings.metrics?.publish(at: now) { ReducerMetrics(self) }
        }
        return outcome
    }

    /// Ends the threads' work and closes the sockets.
    func close() {
        session?.close()
        session = nil
        served.close()
        workers.close()
        coordinator.close()
    }

    /// The time.
    var now: SchedulerTime { clock.now }

    /// Counts something that was dropped and is no refused message.
    func note(_ kind: String, _ detail: @autoclosure () -> String) {
        refusals.count(kind, detail())
        counters.count { $0.refused += 1 }
    }

    private func receive(from socket: MessageSocket, _ body: (IncomingMessage) throws -> Void) throws {
        for _ in 0..<Self.turn {
            guard outcome == nil, let reception = try socket.receive() else { return }
            guard let refusal = try refusals.pass(reception, of: socket, to: body) else { continue }
            counters.count { $0.refused += 1 }
            guard case .version(let theirs, let ours) = refusal else { continue }
            guard socket === workers else { throw ClusterError.otherVersion(settings.coordinator, theirs: theirs, ours: ours) }
            if case .refused(_, let peer?) = reception { try turnAway(peer, refusal) }
        }
    }

    /// A worker of another version is told so.
    private func turnAway(_ peer: RoutingIdentity, _ refusal: MessageRefusal) throws {
        let end = TurnedAway(reason: "\(refusal)", remedy: TurnedAway.sameVersion, status: ExitStatus.unavailable.rawValue)
        try sender.send(.turnedAway, end, through: workers, to: peer)
    }

    /// Lets time pass for the state machine.
    private func tick() throws {
        guard let session else { return }
        let now = now
        // What is complete waits for this process, not for its worker.
        for arrival in session.arrivals.values where arrival.isComplete {
            try handle(.progressed(arrival.offer.parcel, from: arrival.offer.worker))
        }
        session.offers.forgetOld(at: now)
        try handle(.tick)
    }
}
