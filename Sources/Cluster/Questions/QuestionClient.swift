import Analysis
import Logging
import Pipeline
import Scheduling
import Storage

/// Asks a question of a process that stands by for such, waits for the answer, and fetches its sums.
///
/// It asks again and again how it stands: that outlasts a coordinator that is started again, which is asked anew, and shows a coordinator that
/// somebody still waits. It belongs to the thread that made it.
final class QuestionClient {
    /// Milliseconds between questions how it stands, and before what is large is said again.
    private static let (pause, longPause): (Int64, Int64) = (500, 2_000)
    /// Milliseconds that a connection may take, and the first answer: a coordinator that opens another question's model answers nobody meanwhile.
    private static let (connectionPatience, patience): (Int64, Int64) = (5_000, 60_000)
    /// Milliseconds between looks at handshakes that failed, and that the last word may take.
    private static let (handshakePause, farewell): (Int64, Int64) = (1_000, 1_000)

    private let question: AskedQuestion
    private let key: Digest
    private let endpoint: Endpoint
    private let context: JobContext
    private let socket: MessageSocket
    private let sender: MessageSender
    private let poller = Poller()
    private let clock = MonotonicClock()
    private var silence: CoordinatorSilence
    /// Whether the coordinator has said anything.
    private var wasHeard = false
    /// Whether it wants to hear nothing more.
    private var isTurnedAway = false
    private var looked = SchedulerTime.zero

    private var now: SchedulerTime { clock.now }

    /// A question for the coordinator at an endpoint.
    ///
    /// - Throws: `ClusterError` when the endpoint cannot be used.
    init(
        _ question: AskedQuestion, of endpoint: Endpoint, security: Security, in messages: MessageContext, context: JobContext
    ) throws {
        (self.question, self.endpoint, self.context) = (question, endpoint, context)
        key = Ask.key(of: question.identity, rows: question.rows)
        silence = CoordinatorSilence(of: endpoint)
        sender = MessageSender(RefusalLog(context.logger))
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: security.name(for: "asker-\(ProcessName.make())"))
        // What is said while nobody listens would be old news later.
        options.needsConnection = true
        options.lastReconnect = 2_000
        socket = try MessageSocket(.dealer, in: messages, security: security, options: options)
        try socket.connect(endpoint)
        poller.watch(socket)
    }

    // MARK: - The question

    /// Asks, and waits until it is answered.
    ///
    /// - Throws: `ClusterError.questionNotAnswered`, `.noAnswer` where nobody is there, `.handshakeFailed`, `.otherVersion`;
    ///   `PipelineError.stopped`.
    func ask() throws {
        let (full, payload) = try Ask.message(question)
        let begun = now
        var limit = Self.connectionPatience
        var (asked, askedInFull): (SchedulerTime?, SchedulerTime?)
        var shown = ShownProgress(question, endpoint, context)
        defer { shown.end() }
        while true {
            if isDue(asked, Self.pause) {
                asked = now
                if try sender.send(.ask, Ask(about: question), through: socket) == .sent { limit = Self.patience }
            }
            guard let message = try next() else {
                if !wasHeard, now - begun >= limit { throw ClusterError.noAnswer(endpoint, seconds: Int(limit / 1_000)) }
                continue
            }
            guard let standing = standing(message) else { continue }
            switch standing.phase {
            case .unknown:
                if isDue(askedInFull, Self.longPause) {
                    askedInFull = now
                    if case .dropped(let problem) = try sender.send(.ask, full, payload: payload, through: socket) { throw problem }
                }
            case .waiting, .current: shown.show(standing)
            case .answered:
                shown.complete()
                return
            case .failed: try fail(standing.failure)
            }
        }
    }

    /// Fetches the sums of a batch of the question, which is answered.
    ///
    /// - Throws: as `ask`.
    func sums(of batch: RowBatch) throws -> PredictionRows {
        var asked: SchedulerTime?
        while true {
            if isDue(asked, Self.longPause) {
                asked = now
                _ = try sender.send(.sumsRequest, SumsRequest(question: key, batch: batch.index), through: socket)
            }
            guard let message = try next() else { continue }
            if let standing = standing(message), standing.phase != .answered {
                // Another coordinator has come, which has not heard of the question yet.
                try ask()
                asked = nil
            }
            guard message.kind == .keptSums, let kept = try? message.body(as: KeptSums.self), kept.question == key,
                kept.batch == batch.index
            else { continue }
            do {
                return try kept.sums.sums(
                    of: .keptSums, in: message.payload, rows: batch.positions.count, tokens: question.plan.numbers.corpus.context - 2,
                    size: question.sumsOfRow)
            } catch let refusal as MessageRefusal {
                throw ClusterError.questionNotAnswered(reason: "\(refusal)", remedy: TurnedAway.sameVersion, status: 65)
            }
        }
    }

    /// Says that nobody waits any more, and waits until that was heard, or for a moment.
    func withdraw() {
        guard wasHeard, !isTurnedAway else { return }
        let end = now + Self.farewell
        guard (try? sender.send(.withdrawn, key, through: socket)) == .sent else { return }
        while now < end, let ready = try? poller.wait(milliseconds: 100) {
            guard ready.hasMessages(socket), case .message(let message)? = try? socket.receive() else { continue }
            if let standing = standing(message), standing.phase == .unknown { return }
        }
    }

    // MARK: - What is heard

    private func isDue(_ last: SchedulerTime?, _ pause: Int64) -> Bool { last.map { now - $0 >= pause } ?? true }

    /// How it stands with the question, where a message says that.
    private func standing(_ message: IncomingMessage) -> QuestionStanding? {
        guard message.kind == .questionStanding, let standing = try? message.body(as: QuestionStanding.self), standing.question == key
        else { return nil }
        return standing
    }

    /// The next message, after a moment at most; nil where none has come.
    private func next() throws -> IncomingMessage? {
        try context.stop.check()
        _ = try poller.wait(milliseconds: 100)
        guard let reception = try socket.receive() else {
            try lookAtHandshakes()
            note(silence.lasts(at: now))
            return nil
        }
        switch reception {
        case .refused(.version(let theirs, let ours), _): throw ClusterError.otherVersion(endpoint, theirs: theirs, ours: ours)
        case .refused: return nil
        case .message(let message):
            wasHeard = true
            note(silence.ends(at: now))
            guard message.kind == .turnedAway else { return message }
            isTurnedAway = true
            try fail(try? message.body(as: TurnedAway.self))
        }
    }

    private func fail(_ trouble: TurnedAway?) throws -> Never {
        throw ClusterError.questionNotAnswered(
            reason: trouble?.reason ?? "no reason is known", remedy: trouble?.remedy ?? TurnedAway.sameVersion,
            status: trouble?.status ?? 69)
    }

    private func note(_ news: String?) {
        if let news { context.logger.notice("\(news)") }
    }

    /// One who is let in no more after a while tries again: the coordinator may be starting.
    private func lookAtHandshakes() throws {
        guard now - looked >= Self.handshakePause else { return }
        looked = now
        guard let failure = try socket.handshakeFailure(), failure != .interrupted else { return }
        guard wasHeard else { throw ClusterError.handshakeFailed(endpoint, failure) }
        socket.disconnect(endpoint)
        try socket.connect(endpoint)
    }
}
