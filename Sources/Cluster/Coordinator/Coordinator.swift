import Corpus
import Diagnostics
import Glibc
import Logging
import Pipeline
import Scheduling
import Statistics
import Storage

/// The coordinator of a run: a thin shell of socket, ledger and clock around a `TaskScheduler`.
///
/// It belongs to the thread that runs it. Everything that must outlive it is in the ledger, or with the reducers.
final class Coordinator: CoordinatorLoop {
    /// Microseconds a worker, and at most, that are let pass between two looks for messages: those of a thousand workers come one at a time,
    /// and waking up for each costs more than the message. Below a hundred workers nobody waits.
    private static let (gathering, longestGathering, fewWorkers) = (10, 10_000, 100)
    /// Milliseconds after which a reducer that has not answered is asked again.
    static let askAgain: Int64 = 5_000
    /// Milliseconds that workers and reducers are told of the end.
    private static let farewell: Int64 = 5_000
    /// Milliseconds that those who watch the run by the coordinator's address have at most to learn how it ended, and after the first of them
    /// the others: they look every two seconds.
    private static let (lastLook, otherLooks): (Int64, Int64) = (20_000, 3_000)

    let run: PlannedRun
    let settings: CoordinatorSettings
    let context: JobContext
    let epoch: Int
    let socket: MessageSocket
    let endpoint: Endpoint
    var owners: SectionOwners
    let sections: TaskSections
    /// Bytes that the JSON of a reducer's inventory has at most.
    let inventoryLimit: Int
    /// What only this coordinator has: whoever found it by its run's folder means no other.
    let token = String(UInt64.random(in: 0...UInt64.max), radix: 36) + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let clock: MonotonicClock
    let ledger: Ledger
    var scheduler: TaskScheduler
    var workers: [WorkerID: WorkerContact] = [:]
    /// Workers of earlier coordinators, of which the ledger does not say that they have ended, that have not come to this one.
    var awaited: Set<WorkerID>
    var reducers: ReducerRegistry
    var models: ModelServer
    var pending: [SchedulerAction] = []
    var comparison: PlanComparison?
    /// Counts comparisons, over all coordinators of the run: a reducer takes no older question than the last.
    var round: Int
    /// What each reducer held at the last comparison.
    var inventories: [Int: [SectionInventory]] = [:]
    /// How far each reducer is with the summaries of its groups.
    var summaries: [Int: SummariesReport] = [:]
    var gathering: FileGathering?
    /// What is done after the last task; nil before.
    var finishing: String?
    /// Whether something is done with the numbers of a round that others may follow.
    var isAnalysing = false
    /// What that is, for people.
    var lastWork = "the results are analysed"
    /// Whether workers and reducers are told of the end, or were: from here on only people are answered.
    private(set) var isEnding = false
    /// Whether the results of the run are made: before that nobody is told that it is complete.
    var areResultsMade = false
    /// When somebody last asked who watches the run and did not find the coordinator by the run's folder; nil: nobody has.
    var watched: SchedulerTime?
    /// Whether leases are given: not before it is known what the reducers hold already.
    var isOpen = false
    /// Whether workers have to wait for the next comparison: the reducers learn first who has what.
    var isReassigning = false
    var pace = LargeFilePace()
    var progress: ClusterProgress
    var disagreements = 0
    /// Tasks of which this coordinator has said that they are given up.
    var givenUp: Set<TaskID> = []
    var tally = CoordinatorTally()
    var outcome: RunOutcome?
    /// Tells where it listens as long as it answers; nil where nobody looks for it.
    var address: PostedAddress?
    /// Where it listens, if that is a folder of its own.
    var sockets: TemporarySockets?
    var children: ChildProcesses?
    let refusals: RefusalLog
    /// Connections that ended without a goodbye of which the log knows.
    private var connectionsLost = 0
    /// Who has said goodbye last: he may say it again.
    private var lastGoodbye: RoutingIdentity?
    let sender: MessageSender
    let poller = Poller()
    var ticked = SchedulerTime.zero
    /// The last worker that has left because of an error, with what it said; for people where no other is there.
    var departure: String?
    /// Why nothing goes on; nil while something does.
    var waitingBecause: String?
    /// The same, as far as a change of it is news for the log.
    var lastNews = ""
    /// Since when tasks wait and no worker has any, or none can be given; nil while that is not so.
    var unassignedSince: SchedulerTime?
    /// Notices which reducers fall silent.
    var watch: ReducerWatch
    /// What workers and reducers are told.
    var pulse: Pulse

    init(
        _ run: PlannedRun, settings: CoordinatorSettings, epoch: Int, in messages: MessageContext, context: JobContext
    ) throws {
        self.run = run
        self.settings = settings
        self.context = context
        self.epoch = epoch
        round = epoch << 20
        owners = SectionOwners(layout: run.layout, owners: run.plan.reducers ?? run.layout.groups.map { _ in 0 })
        sections = TaskSections(run)
        ledger = try Ledger.open(of: run, rebuilding: settings.rebuildsLedger, logger: context.logger)
        clock = MonotonicClock(from: try ledger.lastTime())
        scheduler = TaskScheduler(
            shards: sections.order, groups: run.plan.blockGroups.count, policy: settings.policy, epoch: epoch)
        for entry in try ledger.entries() { scheduler.apply(entry.record, at: entry.time) }
        awaited = Set(scheduler.workers.keys)
        reducers = try ReducerRegistry(
            owners.reducers, plan: run.plan.identity, pilot: try run.plan.pilotIdentity, path: run.folder.reducerClaims, on: context.files)
        watch = ReducerWatch(patience: settings.policy.leaseTimeout)
        // Those that have a part already come again by themselves.
        for index in reducers.claims.keys { watch.expect(index, at: clock.now) }
        models = ModelServer(run, logger: context.logger)
        refusals = RefusalLog(context.logger)
        sender = MessageSender(RefusalLog { context.logger.error("\($0)") })
        progress = ClusterProgress(total: run.plan.tokens, reporter: context.progress, at: clock.now)
        pulse = Pulse(epoch: epoch, number: (epoch << 20) + 1, reducers: reducers.addresses)
        inventoryLimit = Inventory.largest(
            blocks: run.layout.blocks.count, strata: run.plan.numbers.corpus.strata, shards: sections.order.count)
        var options = SocketOptions()
        options.limits = .ofCluster(inventory: inventoryLimit)
        socket = try MessageSocket(.router, in: messages, security: settings.security, options: options)
        endpoint = try socket.bind(settings.endpoint)
        poller.watch(socket)
    }

    // MARK: - The loop

    /// Works until the run is over.
    ///
    /// - Throws: `PipelineError.stopped`, `ClusterError.ledgerFull`, `.ledgerUnusable`, errors of the disk: the run goes on with the next coordinator.
    func work() throws -> RunOutcome {
        let purpose = settings.gathers == nil ? "coordinating \(CountText.of(scheduler.taskCount, "task"))" : "gathering"
        context.logger.info("\(purpose) at \(endpoint)")
        defer { context.progress.end() }
        progress.begin(done: scheduler.count(of: .done), of: scheduler.taskCount, at: now, isShown: settings.gathers == nil)
        schedule(.resumed)
        try startComparison()
        try perform()
        while outcome == nil {
            try turn()
            try context.stop.check()
            // To gather what is not there yet, it has to be computed first, by a coordinator that has workers.
            if settings.gathers != nil, isOpen, outcome == nil { throw ClusterError.notComplete(run.folder.path) }
        }
        publish(isLast: true)
        return outcome ?? .cancelled
    }

    /// One round of the loop: takes what has come, lets time pass, and does what follows.
    func turn() throws {
        guard !isEnding else { return try attend() }
        let wasOpen = isOpen
        if workers.count >= Self.fewWorkers { usleep(UInt32(min(Self.gathering * workers.count, Self.longestGathering))) }
        try serve()
        if isOpen, !wasOpen { progress.restart(at: now) }
        publish()
    }

    /// Looks at what is due, four times a second.
    func tick() throws {
        try askAgainIfNeeded()
        lookAround()
        try noteConnections()
    }

    /// Lays down what it knows for whoever reads the metrics, where somebody may.
    private func publish(isLast: Bool = false) {
        settings.metrics?.publish(at: now, isLast: isLast) { CoordinatorMetrics(self) }
    }

    /// Tells everybody that the run is over, as long as somebody may not have heard it.
    ///
    /// - Returns: whether nobody is left of whom it is not known that they have heard it.
    @discardableResult
    func sayFarewell() throws -> Bool {
        guard let outcome else { return true }
        isEnding = true
        let end = now + Self.farewell
        var open = Set(workers.values.map(\.identity)).union(reducers.contacts.values.map(\.identity))
        let (body, payload) = try LongBody.frames(of: outcome)
        for peer in open {
            // What cannot be said to one of them cannot be said to any: there is nothing to wait for.
            if case .dropped = try send(.finished, body, payload: payload, to: peer) { return false }
        }
        while now < end, !open.isEmpty {
            if try poller.wait(milliseconds: 100).hasMessages(socket) {
                while let reception = try socket.receive() {
                    guard case .message(let message) = reception, let peer = message.sender else { continue }
                    if message.isPersons {
                        try take(reception)
                        continue
                    }
                    // Whoever says goodbye has heard it; whoever says anything else has not.
                    if message.kind == .left {
                        bidFarewell(to: peer)
                        if open.remove(peer) != nil { leave(peer) }
                    } else {
                        try send(.finished, body, payload: payload, to: peer)
                    }
                }
            }
            try perform()
            for peer in open where try send(.finished, body, payload: payload, to: peer) == .unknownPeer { open.remove(peer) }
        }
        return open.isEmpty
    }

    /// One round of the loop after the farewell: answers people, and tells whoever comes late of the end.
    private func attend() throws {
        defer { publish() }
        try socket.noteConnections()
        guard let outcome, try poller.wait(milliseconds: 100).hasMessages(socket) else { return }
        try receive { reception in
            guard case .message(let message) = reception, let peer = message.sender, !message.isPersons else { return try take(reception) }
            if message.kind == .left { bidFarewell(to: peer) } else { try reply(.finished, outcome, to: peer) }
        }
    }

    /// Goes on answering for a moment where somebody watches by the coordinator's address, who can look nowhere else for how the run ended.
    func attendWatchers() throws {
        guard let before = watched, now - before < Self.lastLook else { return }
        var (end, isHeard) = (now + Self.lastLook, false)
        while now < end, !context.stop.isRaised {
            try attend()
            guard !isHeard, watched != before else { continue }
            isHeard = true
            end = min(end, now + Self.otherLooks)
        }
    }

    /// The next coordinator shall not wait for a worker that has ended in good order.
    private func leave(_ peer: RoutingIdentity) {
        let worker = WorkerID(peer.description)
        if workers[worker]?.identity == peer { schedule(.workerLeft(worker)) }
    }

    // MARK: - What happens

    /// Logs the connections that have ended without a goodbye. The library does not say what has ended one.
    private func noteConnections() throws {
        try socket.noteConnections()
        let lost = socket.counters.snapshot.connectionsLost
        while connectionsLost < lost {
            connectionsLost += 1
            let limit = socket.options.limits.frameBytes
            refusals.count("connection", "it ended without a goodbye: its peer is gone, or has sent a frame of more than \(limit) bytes")
        }
    }

    /// Whoever says that he goes takes his connection with him, and so does a person with every answer.
    func bidFarewell(to peer: RoutingIdentity) {
        if lastGoodbye != peer { socket.counters.countGoodbye() }
        lastGoodbye = peer
    }
}

extension IncomingMessage {
    /// Whether it asks for what people ask for.
    fileprivate var isPersons: Bool { kind == .statusRequest || kind == .control }
}
