import Pipeline
import Scheduling
import Statistics

/// What a process does that gives leases to workers, whatever its tasks are: a thin shell of socket and clock around a `TaskScheduler`.
///
/// It belongs to the thread that runs it.
protocol CoordinatorLoop: PeerLine {
    var settings: CoordinatorSettings { get }
    var context: JobContext { get }
    var clock: MonotonicClock { get }
    /// Waits for the socket.
    var poller: Poller { get }
    var scheduler: TaskScheduler { get set }
    /// What the scheduler wants done.
    var pending: [SchedulerAction] { get set }
    var workers: [WorkerID: WorkerContact] { get set }
    /// Workers and reducers that this process has started; nil where others do.
    var children: ChildProcesses? { get }
    /// What workers are told of this process.
    var pulse: Pulse { get }
    /// When time was last let pass.
    var ticked: SchedulerTime { get set }

    /// Looks at what is due, four times a second.
    func tick() throws

    /// Does what the scheduler wants done.
    func perform() throws
}

extension CoordinatorLoop {
    /// Milliseconds between ticks.
    private var interval: Int64 { 250 }

    var now: SchedulerTime { clock.now }

    /// One round: takes what has come, lets time pass, and does what follows.
    func serve() throws {
        if try poller.wait(milliseconds: 100).hasMessages(socket) {
            try receive(take)
        }
        try children?.watch { worker, reason, log in
            schedule(.workerDied(worker, reason: reason, log: log))
            // Of one that never came the scheduler knows nothing.
            return workers.removeValue(forKey: worker) != nil
        }
        let now = now
        if now - ticked >= interval {
            ticked = now
            schedule(.tick)
            let gone = workers.filter { $0.value.isGone(at: now, under: settings.policy) && scheduler.workers[$0.key] == nil }
            for worker in gone.keys { workers[worker] = nil }
            try tick()
        }
        try perform()
    }

    /// Lets the scheduler know, and keeps what is to be done until `perform`.
    func schedule(_ event: SchedulerEvent) { pending += scheduler.handle(event, at: now) }

    // MARK: - Who speaks

    /// A worker speaks for itself only.
    func check(_ worker: WorkerID, is peer: RoutingIdentity, _ kind: MessageKind) throws {
        guard RoutingIdentity(named: worker.name) == peer else {
            throw MessageRefusal.body(kind, problem: "\(peer) speaks in the name of \(LogText.line(worker.name))")
        }
    }

    /// Notes that a peer was heard of.
    ///
    /// - Returns: the worker, where it is one that has come.
    func hear(of peer: RoutingIdentity) -> WorkerID? {
        let name = WorkerID(peer.description)
        guard let place = workers.index(forKey: name), workers.values[place].identity == peer else { return nil }
        if scheduler.workers[name] == nil { workers.values[place].heard = now }
        return name
    }

    // MARK: - Workers

    /// Takes in that a worker has come.
    func greet(_ hello: WorkerHello, from peer: RoutingIdentity) throws {
        try check(hello.worker, is: peer, .workerHello)
        guard workers[hello.worker] == nil else { return }
        context.logger.info("worker \(LogText.line(hello.worker.name)) has come (\(LogText.line(hello.host)))")
        workers[hello.worker] = WorkerContact(identity: peer, heard: now)
    }

    /// Lets the scheduler know of a worker.
    func introduce(_ ready: WorkerReady) {
        schedule(.workerJoined(ready.worker, ready.offer))
        schedule(.workerReady(ready.worker, leases: ready.leases))
    }

    /// Tells a peer what is new; to whoever is not known, who was welcomed by an earlier process and still names its epoch to itself, that
    /// it has to say hello again.
    func tell(_ peer: RoutingIdentity, isKnown: Bool) throws {
        var pulse = pulse
        if !isKnown { pulse.epoch = 0 }
        try send(.pulse, pulse, to: peer)
    }

    /// Takes in that a worker could not compute a task.
    func fail(_ trouble: TaskTrouble, from peer: RoutingIdentity) throws {
        try check(trouble.failure.worker, is: peer, .taskFailed)
        // That a worker died, or was wrong, others find out.
        guard trouble.failure.kind == .error else { throw MessageRefusal.body(.taskFailed, problem: "that is no error of a task") }
        schedule(.taskFailed(trouble.lease, trouble.task, trouble.failure))
    }

    /// Sends a lease with its rows.
    func send(_ grant: LeaseGrant, _ rows: ShardRows, to worker: WorkerID, at peer: RoutingIdentity) throws {
        guard case .dropped(let problem) = try send(.lease, grant, payload: LeaseGrant.payload(rows), to: peer) else { return }
        // No other worker could be sent it either: attempts are counted, the tasks given up, and the rest goes on.
        let failure = TaskFailure(
            kind: .error, worker: worker, host: scheduler.workers[worker]?.offer.host ?? "", reason: "the lease cannot be sent: \(problem)")
        for task in grant.lease.tasks { schedule(.taskFailed(grant.lease.id, task, failure)) }
    }
}
