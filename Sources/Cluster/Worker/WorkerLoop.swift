import Pipeline
import Scheduling
import Statistics
import Storage

/// The worker's message loop: owns all sockets, and starts and ends computations on threads beside it.
final class WorkerLoop {
    let settings: WorkerSettings
    let preparation: WorkerPreparation
    let context: MessageContext
    let clock: MonotonicClock
    let rate = TokenRate()
    let mailbox: Mailbox<LeaseWork.Event>
    private let wakeup: Wakeup

    /// The plan, and what the coordinator said last.
    var prepared: PreparedPlan
    var welcome: Welcome
    /// What this coordinator has told it since.
    var pulse: Pulse?
    /// Whether this coordinator has heard what the worker brings.
    var isIntroduced = false
    /// The leases that it has, in the order in which they came.
    var leases: [HeldLease] = []
    /// The lease that is being computed; it may be one that nobody wants any more.
    var computing: LeaseID?
    /// What compressing it will take of the memory: its plan may be another's by then.
    var computingBytes = 0
    /// The lease that is being compressed, likewise, and what that takes of the memory.
    var encoding: (lease: LeaseID, bytes: Int)?
    /// Lets one lease at a time be compressed.
    let turn: EncodingTurn
    /// Tasks that are computed and not yet with every reducer.
    var outgoing: [ParcelID: ComputedTask] = [:]
    /// The reducers that have come, by index.
    var reducers: [Int: ReducerLink] = [:]
    /// What passes between it and all reducers.
    let reducerTransport = TransportCounters()
    /// Those of them that the coordinator misses.
    var silent = SilentReducers()
    /// What it has done.
    var tally = WorkerTally()
    /// Since when it takes no more leases.
    var drainingSince: SchedulerTime?
    /// Why it leaves by itself; nil while it does not.
    var ending: StorageError?
    private var heartbeatSent: SchedulerTime?
    /// The last lines of the log that the coordinator was told; nil where it knows none.
    var toldLog: [String]?

    var link: CoordinatorLink { preparation.link }
    var log: WorkerLog { preparation.log }
    var owners: SectionOwners { SectionOwners(layout: prepared.computer.layout, owners: welcome.owners) }

    /// Milliseconds between looks at what is due: the flags that stop a worker wake nobody.
    private static let tick = 100
    /// Milliseconds between heartbeats while the worker only waits to be let go.
    private static let lastHeartbeats: Int64 = 250
    /// Heartbeats that repeat a report before it is believed to have arrived: a coordinator that lost its ledger never says so.
    private static let repeats = 5

    init(
        settings: WorkerSettings, preparation: WorkerPreparation, context: MessageContext, clock: MonotonicClock, prepared: PreparedPlan,
        welcome: Welcome
    ) throws {
        (self.settings, self.preparation, self.context, self.clock) = (settings, preparation, context, clock)
        (self.prepared, self.welcome) = (prepared, welcome)
        wakeup = try Wakeup()
        mailbox = Mailbox(wakeup: wakeup)
        turn = EncodingTurn(threads: settings.threads)
    }

    /// Works until it has drained.
    ///
    /// - Returns: nil.
    /// - Throws: `WorkerEnd.finished`, `PipelineError.stopped` once it has drained, `ClusterError`, `StorageError`, `.diskFull` also once it has
    ///   drained.
    func run(stop: StopRequest, stopNow: StopRequest?) throws -> RunOutcome? {
        // Whatever ends the loop, nobody waits for the computation.
        defer { for lease in leases { lease.stop.raise() } }
        settings.hasBegun()
        try connectReducers(welcome.reducers)
        try becomeReady()
        while true {
            if stopNow?.isRaised == true {
                try giveBack { _ in true }
                throw PipelineError.stopped
            }
            if stop.isRaised || ending != nil { try drain() }
            if leases.isEmpty { try checkHasNotDrained() }
            try sayWhatIsDue()
            try send()
            compute()
            try receive(try poller().wait(milliseconds: Self.tick))
            for event in mailbox.drain() { try handle(event) }
            settings.metrics?.publish(at: clock.now) { WorkerMetrics(self) }
        }
    }

    /// Ends the loop where the worker takes no more leases: nothing of what it had is wanted any more.
    func checkHasNotDrained() throws {
        if drainingSince != nil { throw ending ?? PipelineError.stopped }
    }

    /// The lease that its threads work on.
    var busyWith: LeaseID? { computing ?? encoding?.lease }

    /// Bytes that were computed and that some reducer has not acknowledged.
    var bytesWaiting: Int { outgoing.values.reduce(0) { $0 + $1.bytes } }

    /// How many parcels wait for each reducer.
    var parcelsWaiting: [Int: Int] { Dictionary(outgoing.values.flatMap(\.parts.keys).map { ($0, 1) }, uniquingKeysWith: +) }

    private func poller() -> Poller {
        let poller = Poller()
        poller.watch(link.socket)
        poller.watch(wakeup)
        for reducer in reducers.values { poller.watch(reducer.socket, forRoom: reducer.hasPieces) }
        return poller
    }

    private func receive(_ ready: Poller.Ready) throws {
        // Also without news: it looks after handshakes.
        while let message = try link.receive() { try handle(message) }
        for (index, reducer) in reducers.sorted(by: { $0.key < $1.key }) where ready.hasMessages(reducer.socket) {
            while let reception = try reducer.socket.receive() {
                try link.refusals.pass(reception, of: reducer.socket) { try handle($0, from: index) }
            }
        }
    }

    // MARK: - Signs of life

    /// Tells the coordinator what the worker brings.
    func becomeReady() throws {
        isIntroduced = true
        guard drainingSince == nil else { return }
        try link.send(.workerReady, WorkerReady(worker: link.name, offer: prepared.offer, leases: 2))
    }

    private func sayWhatIsDue() throws {
        if !isIntroduced { try link.introduce() }
        let now = clock.now
        let isWaitingToLeave = drainingSince != nil && leases.allSatisfy(\.isSettled)
        let interval = isWaitingToLeave ? Self.lastHeartbeats : Int64(max(1, welcome.heartbeat))
        guard heartbeatSent.map({ now - $0 >= interval }) ?? true else { return }
        heartbeatSent = now
        // A reducer that could not be reached may be by now, and there may be parcels for one that is missed.
        if let pulse { try heed(pulse) }
        // What was said once may be lost; saying it again changes nothing.
        if drainingSince != nil {
            try link.send(.draining, link.name)
        } else if isIntroduced, leases.isEmpty {
            try becomeReady()
        }
        for lease in leases where lease.isSettled {
            for report in lease.reports { try say(report) }
        }
        let memory = ProcessMemory.current
        let recent = log.recent
        let heartbeat = WorkerHeartbeat(
            pulse: pulse?.number ?? 0, leases: leases.map(\.lease.id), computing: busyWith, tokensPerSecond: rate.perSecond(at: now),
            residentBytes: memory.resident, peakResidentBytes: memory.peak, parcelBytes: bytesWaiting, parcels: parcelsWaiting,
            log: recent == toldLog ? nil : recent)
        // What was said to nobody does not count.
        guard try link.send(heartbeat) else { return }
        toldLog = recent
        for place in leases.indices where leases[place].isSettled { leases[place].repeats += 1 }
        leases.removeAll { $0.repeats >= Self.repeats }
    }

    /// Takes no more leases: what waits goes back, and after the drain time everything does.
    private func drain() throws {
        let now = clock.now
        if drainingSince == nil {
            drainingSince = now
            log.info("the worker finishes what it has begun and leaves")
            try link.send(.draining, link.name)
            heartbeatSent = nil
        }
        let isOver = drainingSince.map { now - $0 >= Int64(settings.drain) } ?? false
        try giveBack { isOver || $0.isWaiting }
    }
}
