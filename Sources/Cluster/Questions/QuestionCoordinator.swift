import Analysis
import Diagnostics
import Logging
import Pipeline
import Scheduling
import Storage

/// Has the batches of a question about neurons measured by workers: a thin shell of socket and clock around a `TaskScheduler`, to which a
/// batch is a shard with one block group.
///
/// It belongs to the thread that runs it. What must outlive it is in the answer's folder, which takes the place of a ledger: a batch is done
/// once its sums are written there.
final class QuestionCoordinator {
    /// Messages that are taken before what follows from them is sent.
    private static let batch = 256
    /// Milliseconds that workers are told of the end.
    private static let farewell: Int64 = 5_000

    let work: InterventionWork
    let settings: CoordinatorSettings
    let context: JobContext
    let socket: MessageSocket
    let endpoint: Endpoint
    let clock = MonotonicClock()
    /// The batches that are to be computed, by their numbers.
    let batches: [Int: InterventionBatch]
    /// What every worker is told that comes.
    let inquiry: Inquiry
    let question: [PayloadFrame]
    /// What workers are told of this process.
    let pulse: Pulse
    /// Whether each worker computes the same bits: then copies must agree.
    let comparesCopies: Bool
    var scheduler: TaskScheduler
    var workers: [WorkerID: WorkerContact] = [:]
    var models: ModelServer
    var pending: [SchedulerAction] = []
    /// The answers that have been kept, without their sums.
    var kept: [Int: BatchAnswer] = [:]
    /// How fast rows are measured.
    var rate: RecentRate
    /// Why nothing goes on; nil while something does.
    var waitingBecause: String?
    /// Since when batches wait and no worker has any; nil while that is not so.
    var unassignedSince: SchedulerTime?
    var outcome: RunOutcome?
    /// Workers that this process has started; nil where others do.
    var children: ChildProcesses?
    private let refusals: RefusalLog
    private let sender: MessageSender
    private let poller = Poller()
    private var ticked = SchedulerTime.zero

    /// Listens for workers.
    ///
    /// - Throws: `ClusterError`, what reading the plan and computing the fingerprint throw.
    init(_ work: InterventionWork, settings: CoordinatorSettings, context: JobContext) throws {
        (self.work, self.settings, self.context) = (work, settings, context)
        let content = try Self.content(of: work, context: context)
        comparesCopies = content.fingerprint != nil
        (inquiry, question) = try Inquiry.message(
            content, plan: work.plan.identity, question: work.identity, epoch: work.epoch, heartbeat: settings.heartbeat)
        pulse = Pulse(epoch: work.epoch, number: (work.epoch << 20) + 1, reducers: [])
        batches = Dictionary(uniqueKeysWithValues: work.missing.map { ($0.index, $0) })
        scheduler = TaskScheduler(shards: work.missing.map(\.index), groups: 1, policy: settings.policy, epoch: work.epoch)
        rate = RecentRate(at: clock.now)
        let model = (digest: work.plan.numbers.models.first { $0.id == work.question.model }?.digest, folder: work.model)
        models = ModelServer(logger: context.logger) { $0 == model.digest ? model.folder : nil }
        refusals = RefusalLog(context.logger)
        sender = MessageSender(RefusalLog { context.logger.error("\($0)") })
        var options = SocketOptions()
        let largest = (work.missing.map(\.positions.count).max() ?? 0) * (1 + work.question.conditions.count) * work.question.measures.count
        options.limits.payloadFrames = min(options.limits.payloadFrames, BatchAnswer.frames(of: largest))
        socket = try MessageSocket(.router, in: settings.messages, security: settings.security, options: options)
        endpoint = try socket.bind(settings.endpoint)
        poller.watch(socket)
    }

    /// What a worker has to know of the question.
    private static func content(of work: InterventionWork, context: JobContext) throws -> Inquiry.Content {
        let first = work.firstRow
        var fingerprint: Digest?
        // Where a plan lets each worker use its best kernels there is nothing to be held against.
        if work.plan.numbers.fingerprint != nil {
            let unmodified = InterventionQuestion(model: work.question.model, neurons: [], frozen: []) { _ in [] }
            fingerprint = try InterventionComputer(unmodified, model: work.model, counts: nil, context: context).fingerprint(of: first)
        }
        return Inquiry.Content(
            plan: try MappedFile(work.folder.plan).withBytes { String(decoding: $0, as: UTF8.self) }, question: work.question,
            counts: try work.counts(), firstRow: RowPlace(index: first.indices[0], domain: first.domains[0]), tokens: first.tokens,
            fingerprint: fingerprint, kernels: work.kernels)
    }

    var now: SchedulerTime { clock.now }

    // MARK: - The loop

    /// Works until every batch is measured or given up.
    ///
    /// - Throws: `PipelineError.stopped`, `ClusterError.answersDiffer`, `.childKeepsDying`, errors of the disk: the next process goes on.
    func run() throws -> RunOutcome {
        context.logger.info("\(CountText.of(scheduler.taskCount, "batch", plural: "batches")) of rows for workers at \(endpoint)")
        context.progress.begin(work.stage)
        defer { context.progress.end() }
        while true {
            try turn()
            if let outcome { return outcome }
            try context.stop.check()
        }
    }

    /// One round of the loop: takes what has come, lets time pass, and does what follows.
    func turn() throws {
        if try poller.wait(milliseconds: 100).hasMessages(socket) {
            for _ in 0..<Self.batch {
                guard let reception = try socket.receive() else { break }
                try take(reception)
            }
        }
        try children?.watch { worker, reason, log in
            schedule(.workerDied(worker, reason: reason, log: log))
            return workers.removeValue(forKey: worker) != nil
        }
        let now = now
        if now - ticked >= 250 {
            ticked = now
            schedule(.tick)
            let gone = workers.filter { $0.value.isGone(at: now, under: settings.policy) && scheduler.workers[$0.key] == nil }
            for worker in gone.keys { workers[worker] = nil }
            try socket.noteConnections()
            lookAround()
        }
        try perform()
    }

    /// Tells the workers that all is over, as long as one may not have heard it.
    func sayFarewell(_ outcome: RunOutcome) throws {
        let end = now + Self.farewell
        var open = Set(workers.values.map(\.identity))
        let (body, payload) = try LongBody.frames(of: outcome)
        func tell(_ peer: RoutingIdentity) throws {
            if try send(.finished, body, payload: payload, to: peer) != .sent { open.remove(peer) }
        }
        for peer in open { try tell(peer) }
        while now < end, !open.isEmpty {
            guard try poller.wait(milliseconds: 100).hasMessages(socket) else { continue }
            while let reception = try socket.receive() {
                guard case .message(let message) = reception, let peer = message.sender else { continue }
                // Whoever says goodbye has heard it; whoever says anything else has not.
                if message.kind == .left { open.remove(peer) } else { try tell(peer) }
            }
        }
    }

    // MARK: - What happens

    /// Lets the scheduler know, and keeps what is to be done until `perform`.
    func schedule(_ event: SchedulerEvent) { pending += scheduler.handle(event, at: now) }

    private func take(_ reception: Reception) throws {
        try refusals.pass(reception, of: socket, to: handle)
        // A peer of another version is told so: it can do something about it.
        if case .refused(let refusal, let peer?) = reception, case .version = refusal {
            try turnAway(peer, "\(refusal)", TurnedAway.sameVersion)
        }
    }

    func turnAway(_ peer: RoutingIdentity, _ reason: String, _ remedy: String, status: Int32 = 69) throws {
        try send(.turnedAway, TurnedAway(reason: reason, remedy: remedy, status: status), to: peer)
    }

    /// Sends a message; a peer that is gone or does not keep up asks again for what it misses.
    @discardableResult
    func send(
        _ kind: MessageKind, _ body: some Encodable & Sendable, payload: [PayloadFrame] = [], to peer: RoutingIdentity
    ) throws -> Delivery {
        try sender.send(kind, body, payload: payload, through: socket, to: peer)
    }
}
