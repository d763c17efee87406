import Checkpoints
import Diagnostics
import Logging
import Pipeline
import Scheduling
import Storage

/// Takes questions about neurons of a run from whoever asks, and has workers answer them, one at a time: a thin shell of socket and clock
/// around a `QuestionQueue`, with a `QuestionCoordinator` for the question whose turn it is.
///
/// It belongs to the thread that runs it. What must outlive it is in the run's folder, where each answer has one: whoever asks the same
/// question again, of this process or the next one, goes on with the batches that are missing.
final class QuestionDesk: PeerLine {
    /// Nobody waits any more for the answer to the question whose turn it is.
    struct PutDown: Error {}

    /// Milliseconds between looks at what is due while there is no question.
    private static let interval: Int64 = 250

    let folder: RunFolder
    let plan: RunPlan
    let settings: CoordinatorSettings
    let context: JobContext
    let socket: MessageSocket
    let endpoint: Endpoint
    let clock = MonotonicClock()
    let poller = Poller()
    let refusals: RefusalLog
    let sender: MessageSender
    /// What only this process has: whoever found it by its run's folder means no other.
    let token = String(UInt64.random(in: 0...UInt64.max), radix: 36) + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    private let lock: FolderLock
    /// Who waits for what.
    private(set) var queue: QuestionQueue<RoutingIdentity>
    /// The questions that were asked and not forgotten yet.
    private(set) var asked: [Digest: AskedQuestion] = [:]
    /// Why questions could not be answered, for those who have not heard it yet.
    var troubles: [RoutingIdentity: TurnedAway] = [:]
    /// Workers that have come, while there is no question.
    var workers: [WorkerID: WorkerContact] = [:]
    /// The models of questions so far, by their content hashes.
    var models: [Digest: ModelFolder] = [:]
    /// Gives them to workers while there is no question.
    lazy var server = ModelServer(logger: context.logger) { [unowned self] in models[$0] }
    /// The question that is being answered.
    private(set) weak var current: QuestionCoordinator?
    /// Questions whose turn it was.
    private var turns = 0
    /// Those that were answered, and those that could not be.
    private var (answered, failed) = (0, 0)
    private var ticked = SchedulerTime.zero

    var now: SchedulerTime { clock.now }

    /// What it has been asked so far.
    var questions: ClusterStatus.Questions {
        ClusterStatus.Questions(answered: answered, failed: failed, waiting: queue.waiting.count)
    }

    /// Listens for workers and askers.
    ///
    /// - Parameter lock: of the run's folder, which is this process's.
    /// - Throws: `ClusterError`.
    init(_ folder: RunFolder, plan: RunPlan, lock: FolderLock, settings: CoordinatorSettings, context: JobContext) throws {
        (self.folder, self.plan, self.lock, self.settings, self.context) = (folder, plan, lock, settings, context)
        queue = QuestionQueue(patience: settings.policy.leaseTimeout)
        refusals = RefusalLog(context.logger)
        sender = MessageSender(RefusalLog { context.logger.error("\($0)") })
        socket = try MessageSocket(.router, in: settings.messages, security: settings.security)
        endpoint = try socket.bind(settings.endpoint)
        poller.watch(socket)
    }

    /// Distinguishes a question's leases from those of others, and of earlier processes.
    func nextEpoch() -> Int {
        turns += 1
        return (lock.epoch << 20) + turns
    }

    // MARK: - The loop

    /// Answers questions until it is stopped.
    ///
    /// - Throws: `PipelineError.stopped` in the middle of a question, else `.endedWhileIdle`; `StorageError.lockLost`, errors of the network's own
    ///   side.
    func work() throws {
        context.logger.info("questions about the run \(plan.configuration.name) are answered at \(endpoint)")
        while true {
            if let question = queue.current {
                try context.stop.check()
                try answer(question)
            } else if context.stop.isRaised {
                throw PipelineError.endedWhileIdle
            } else {
                try serve()
            }
        }
    }

    /// One round while there is no question.
    func serve() throws {
        if try poller.wait(milliseconds: 100).hasMessages(socket) { try receive(take) }
        let now = now
        guard now - ticked >= Self.interval else { return }
        ticked = now
        workers = workers.filter { !$0.value.isGone(at: now, under: settings.policy) }
        try tick()
    }

    /// Looks at what is due, four times a second.
    func tick() throws {
        try socket.noteConnections()
        try schedule(.tick)
        troubles = troubles.filter { queue.question(of: $0.key) != nil }
    }

    /// Lets the queue know, and does what it wants done.
    func schedule(_ event: QuestionQueue<RoutingIdentity>.Event) throws {
        for action in queue.handle(event, at: now) {
            switch action {
            // The loop looks for both.
            case .begin, .putDown: break
            case .forget(let question): asked[question] = nil
            case .refuse(let peer):
                try turnAway(peer, "more questions wait already than there is room for", "ask again later", status: 75)
            }
        }
    }

    /// Takes in what somebody asks.
    func note(_ question: AskedQuestion, _ key: Digest, of peer: RoutingIdentity) throws {
        troubles[peer] = nil
        if asked[key] == nil { asked[key] = question }
        try schedule(.asked(peer, key))
    }

    // MARK: - A question's turn

    /// Has a question answered, and keeps the answer in the run's folder.
    private func answer(_ key: Digest) throws {
        try lock.check()
        do {
            guard let question = asked[key] else { throw PutDown() }
            let conditions = CountText.of(question.question.conditions.count, "condition")
            context.logger.info("a question of \(conditions) over \(CountText.of(question.rows, "row")) is taken up")
            let outcome = try FolderPatience.take(stop: context.stop) { try question.measure(context: context, computing: coordinate) }
            answered += 1
            context.logger.info("it is answered, \(CountText.of(outcome.computedRows, "row")) were computed: \(outcome.folder)")
        } catch is PutDown {
            context.logger.info("nobody waits for the answer any more: what is measured is kept")
        } catch {
            if context.stop.isRaised { throw error }
            failed += 1
            let trouble = TurnedAway(of: error)
            context.logger.error("the question cannot be answered: \(trouble.reason)")
            for peer in queue.askers(of: key) { troubles[peer] = trouble }
        }
        try schedule(.ended(key))
    }

    private func coordinate(_ work: InterventionWork) throws {
        let coordinator = try QuestionCoordinator(work, settings: settings, context: context, at: self)
        current = coordinator
        // Whoever is here stays for the next question.
        defer {
            workers = coordinator.workers.mapValues { contact in
                var contact = contact
                contact.heard = now
                return contact
            }
        }
        try coordinator.invite(workers.values.map(\.identity))
        defer { try? coordinator.revokeLeases() }
        try coordinator.check(try coordinator.run())
    }
}
