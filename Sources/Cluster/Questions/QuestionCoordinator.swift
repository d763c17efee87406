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
final class QuestionCoordinator: CoordinatorLoop {
    /// Milliseconds that workers are told of the end.
    private static let farewell: Int64 = 5_000

    let work: InterventionWork
    let settings: CoordinatorSettings
    let context: JobContext
    let socket: MessageSocket
    let endpoint: Endpoint
    let clock: MonotonicClock
    /// Where the question was asked, with others that wait; nil where this process has none but this one.
    let desk: QuestionDesk?
    /// The batches that are to be computed, by their numbers.
    let batches: [Int: RowBatch]
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
    /// Whether a worker has opened the question: then it is the worker's fault that cannot.
    var isOpened = false
    /// How often workers have said that they can make nothing of it.
    var inquiriesRefused = 0
    /// Why nothing goes on; nil while something does.
    var waitingBecause: String?
    /// Since when batches wait and no worker has any; nil while that is not so.
    var unassignedSince: SchedulerTime?
    var outcome: RunOutcome?
    /// Workers that this process has started; nil where others do.
    var children: ChildProcesses?
    let refusals: RefusalLog
    let sender: MessageSender
    let poller: Poller
    var ticked = SchedulerTime.zero

    /// Listens for workers.
    ///
    /// - Parameter desk: where the question was asked, which listens already.
    /// - Throws: `ClusterError`, what reading the plan and computing the fingerprint throw.
    init(_ work: InterventionWork, settings: CoordinatorSettings, context: JobContext, at desk: QuestionDesk? = nil) throws {
        (self.work, self.settings, self.context, self.desk) = (work, settings, context, desk)
        // Leases of one question shall be mistaken for none of another.
        let epoch = desk?.nextEpoch() ?? work.epoch
        let content = try Self.content(of: work, context: context)
        comparesCopies = content.fingerprint != nil
        (inquiry, question) = try Inquiry.message(
            content, plan: work.plan.identity, question: work.identity, epoch: epoch, heartbeat: settings.heartbeat)
        pulse = Pulse(epoch: epoch, number: (epoch << 20) + 1, reducers: [])
        batches = Dictionary(uniqueKeysWithValues: work.missing.map { ($0.index, $0) })
        scheduler = TaskScheduler(shards: work.missing.map(\.index), groups: 1, policy: settings.policy, epoch: epoch)
        clock = desk?.clock ?? MonotonicClock()
        rate = RecentRate(at: clock.now)
        let model = (digest: work.plan.numbers.models.first { $0.id == work.question.model }?.digest, folder: work.model)
        // A worker may still fetch what the last question needed.
        models = ModelServer(logger: context.logger) { $0 == model.digest ? model.folder : desk?.models[$0] }
        if let desk {
            if let digest = model.digest { desk.models[digest] = model.folder }
            (refusals, sender, poller, socket, endpoint) = (desk.refusals, desk.sender, desk.poller, desk.socket, desk.endpoint)
            return
        }
        poller = Poller()
        refusals = RefusalLog(context.logger)
        sender = MessageSender(RefusalLog { context.logger.error("\($0)") })
        var options = SocketOptions()
        let largest = (work.missing.map(\.positions.count).max() ?? 0) * (1 + work.question.conditions.count) * work.question.measures.count
        options.limits.payloadFrames = min(options.limits.payloadFrames, SumsFrames.count(of: largest))
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

    // MARK: - The loop

    /// Works until every batch is measured or given up.
    ///
    /// - Throws: `PipelineError.stopped`, `ClusterError.answersDiffer`, `.questionUnusable`, `.messageTooLarge`, `.childKeepsDying`, errors of the
    ///   disk: the next process goes on; `QuestionDesk.PutDown` where nobody waits for the answer any more.
    func run() throws -> RunOutcome {
        // Of workers of its own the socket is its own too.
        let hint = settings.children == nil ? "; `universal-neurons status \(endpoint)`, with its keys, tells how far it is" : ""
        let batches = CountText.of(scheduler.taskCount, "batch", plural: "batches")
        context.logger.info("\(batches) of rows for workers at \(endpoint)\(hint)")
        context.progress.begin(work.stage)
        defer { context.progress.end() }
        while true {
            try serve()
            if let outcome { return outcome }
            try context.stop.check()
            if desk?.queue.isPutDown == true { throw QuestionDesk.PutDown() }
        }
    }

    /// Looks at what is due, four times a second.
    func tick() throws {
        try desk?.tick() ?? socket.noteConnections()
        lookAround()
    }

    /// Makes sure that every batch is measured.
    ///
    /// - Throws: `ClusterError.batchesFailed`.
    func check(_ outcome: RunOutcome) throws {
        guard case .incomplete(let tasks) = outcome, let first = tasks.first else { return }
        throw ClusterError.batchesFailed(count: tasks.count, batch: first.shard, reason: reason(of: first) ?? "no reason is known")
    }

    /// Tells workers of the question that have come to another one, or to none.
    func invite(_ peers: some Sequence<RoutingIdentity>) throws {
        for peer in peers { try send(.inquiry, inquiry, payload: question, to: peer) }
    }

    /// Takes back what workers still have of the question.
    func revokeLeases() throws {
        for (id, active) in scheduler.leases {
            if let peer = workers[active.worker]?.identity { try send(.revoke, id, to: peer) }
        }
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
}
