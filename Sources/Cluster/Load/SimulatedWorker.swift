import Glibc
import Pipeline
import Scheduling
import Storage

/// A worker as the coordinator sees it, which computes nothing: it takes leases over a socket of its own, gives signs of life, and reports
/// each task done after a time that it is told. Belongs to the thread that made it.
final class SimulatedWorker {
    /// A lease that it has.
    private struct Held {
        let lease: Lease
        /// When it is done; nil while it waits for the one before.
        var due: SchedulerTime?
        var isReported = false
        var repeats = 0
    }

    let socket: MessageSocket
    private let name: WorkerID
    /// What of the first task, and of the first pause between heartbeats, is over when it begins, so that the workers are out of step.
    private let phase: Double
    private let counters: LeaseLoad.Counters
    private var welcome: Welcome?
    private var pulse = 0
    private var introduced: SchedulerTime?
    private var leases: [Held] = []
    private var isReady = false
    private var isFirstTask = true
    private var beat: SchedulerTime?

    /// Milliseconds between introductions, until there is an answer.
    private static let patience: Int64 = 2_000
    /// Leases at a time, as a worker has them: one that is computed and one that waits.
    private static let capacity = 2
    /// Heartbeats that repeat a report, as a worker's do.
    private static let repeats = 5

    /// - Throws: `ClusterError`.
    init(_ index: Int, of count: Int, at endpoint: Endpoint, security: Security, in context: MessageContext, counters: LeaseLoad.Counters)
        throws
    {
        name = WorkerID(security.name(for: "simulated-\(index)"))
        phase = Double(index) / Double(count)
        self.counters = counters
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: name.name)
        options.needsConnection = true
        socket = try MessageSocket(.dealer, in: context, security: security, options: options)
        try socket.connect(endpoint)
    }

    /// Takes in what has come.
    ///
    /// - Throws: `ClusterError`, `MessageRefusal`.
    func receive() throws {
        while let reception = try socket.receive() {
            guard case .message(let message) = reception else { continue }
            switch message.kind {
            case .welcome:
                if welcome == nil { counters.welcomed.add(1, ordering: .relaxed) }
                welcome = try message.body(as: Welcome.self)
            case .pulse: pulse = try message.body(as: Pulse.self).number
            case .lease:
                counters.leases.add(1, ordering: .relaxed)
                let lease = try message.body(as: LeaseGrant.self).lease
                if !leases.contains(where: { $0.lease.id == lease.id }) { leases.append(Held(lease: lease)) }
            case .revoke:
                let id = try message.body(as: LeaseID.self)
                leases.removeAll { $0.lease.id == id }
            case .turnedAway:
                let end = try message.body(as: TurnedAway.self)
                throw ClusterError.turnedAway(reason: end.reason, remedy: end.remedy, status: end.status)
            default: break
            }
        }
    }

    /// Does what is due.
    ///
    /// - Parameters:
    ///   - groups: the plan's block groups, all of which it takes; nil while it shall not take leases.
    ///   - task: milliseconds that a lease takes.
    func act(at now: SchedulerTime, groups: Int?, task: Int64) throws {
        guard let welcome else {
            if introduced.map({ now - $0 >= Self.patience }) ?? true {
                let hello = WorkerHello(worker: name, host: HostName.current, process: getpid(), program: ProgramVersion.current)
                if try send(.workerHello, hello) { introduced = now }
            }
            return
        }
        if let groups, !isReady { try becomeReady(groups) }
        try finish(at: now, task: task)
        let interval = Int64(max(1, welcome.heartbeat))
        let next = beat ?? now + Int64(Double(interval) * phase)
        beat = next
        guard now >= next else { return }
        // The next one counts from when this one was due: the pace is the same on a machine that is late.
        beat = max(next + interval, now)
        try showLife(groups)
    }

    private func becomeReady(_ groups: Int) throws {
        let offer = WorkerOffer(host: HostName.current, process: getpid(), memory: 8 << 30, threads: 8, bundles: [Array(0..<groups)])
        isReady = try send(.workerReady, WorkerReady(worker: name, offer: offer, leases: Self.capacity))
    }

    /// Reports what is done, and begins what comes next.
    private func finish(at now: SchedulerTime, task: Int64) throws {
        while let place = leases.firstIndex(where: { !$0.isReported }) {
            let due = leases[place].due ?? now + (isFirstTask ? Int64(Double(task) * (1 - phase)) : task)
            leases[place].due = due
            isFirstTask = false
            guard now >= due || task == 0 else { return }
            try report(leases[place].lease)
            leases[place].isReported = true
        }
    }

    private func report(_ lease: Lease) throws {
        for task in lease.tasks {
            _ = try send(.taskDone, TaskReport(worker: name, lease: lease.id, task: task, digest: Self.digest))
        }
    }

    private func showLife(_ groups: Int?) throws {
        if let groups, leases.isEmpty { try becomeReady(groups) }
        for place in leases.indices where leases[place].isReported {
            try report(leases[place].lease)
            leases[place].repeats += 1
        }
        let heartbeat = WorkerHeartbeat(
            pulse: pulse, leases: leases.map(\.lease.id), computing: leases.first { !$0.isReported }?.lease.id, tokensPerSecond: 68.2,
            residentBytes: 4_123_000_832, peakResidentBytes: 4_323_000_320, parcelBytes: 0)
        if try socket.send(OutgoingMessage(.heartbeat, heartbeat)) == .sent { counters.heartbeats.add(1, ordering: .relaxed) }
        leases.removeAll { $0.repeats >= Self.repeats }
    }

    private func send(_ kind: MessageKind, _ body: some Encodable & Sendable) throws -> Bool {
        try socket.send(try OutgoingMessage(kind, body)) == .sent
    }

    /// Stands for the integers that nobody computed.
    private static let digest = Digest(of: "nothing was computed")
}
