import Storage

/// Who has asked what, and whose turn it is: the questions of many askers, one at a time, in the order in which they came.
///
///     var queue = QuestionQueue<String>(patience: 30_000)
///     for action in queue.handle(.asked("lab-7", question), at: now) { … }
///
/// A state machine of pure values, without clock or socket. A question belongs to all who have asked it. One that nobody waits for any more
/// leaves the queue, or is put down where it is being answered: whoever asks it again goes on with what was measured.
public struct QuestionQueue<Asker: Hashable & Sendable>: Sendable {
    /// What happens. Events may come late, twice, and in any order.
    public enum Event: Sendable {
        /// Somebody asks a question, in place of what he has asked before.
        case asked(Asker, Digest)
        /// Somebody still waits.
        case heard(Asker)
        /// Somebody waits no longer.
        case left(Asker)
        /// The question whose turn it was is answered, cannot be, or was put down.
        case ended(Digest)
        /// Time has passed.
        case tick
    }

    /// What is to be done.
    public enum Action: Sendable, Hashable {
        /// It is this question's turn.
        case begin(Digest)
        /// Nobody waits for the question whose turn it is: it is to end.
        case putDown(Digest)
        /// Nobody has asked this question any more.
        case forget(Digest)
        /// There is no room for another question, or another asker.
        case refuse(Asker)
    }

    /// How it stands with what somebody has asked.
    public enum Standing: Sendable, Hashable {
        /// He has asked nothing.
        case unknown
        /// It is not its turn yet: so many are before it.
        case waiting(ahead: Int)
        /// It is being answered.
        case current
        /// It is answered, or cannot be.
        case ended
    }

    private struct Entry: Sendable {
        let question: Digest
        var heard: SchedulerTime
        var hasEnded = false
    }

    /// Questions that wait at most, and askers: more than a group of people has, and little for memory.
    public static var mostWaiting: Int { 64 }
    /// The askers that there may be.
    public static var mostAskers: Int { 1_024 }

    /// A gap between two events, in milliseconds, that is no absence however small the patience.
    private static var longestLook: Int64 { 1_000 }

    /// Milliseconds without a sign of life after which an asker is not waited for.
    public let patience: Int64
    /// The question whose turn it is.
    public private(set) var current: Digest?
    /// Whether that is to end, because nobody waits for it.
    public private(set) var isPutDown = false
    /// The questions whose turn it is not, in the order in which they came.
    public private(set) var waiting: [Digest] = []
    private var entries: [Asker: Entry] = [:]
    /// When the last event came; nil before the first.
    private var latest: SchedulerTime?

    /// Nobody has asked anything.
    public init(patience: Int64) { self.patience = patience }

    // MARK: - What it knows

    /// What somebody has asked; nil where nothing.
    public func question(of asker: Asker) -> Digest? { entries[asker]?.question }

    /// Those who wait for the answer to a question.
    public func askers(of question: Digest) -> [Asker] {
        entries.filter { $0.value.question == question && !$0.value.hasEnded }.map(\.key)
    }

    /// How it stands with what somebody has asked.
    public func standing(of asker: Asker) -> Standing {
        guard let entry = entries[asker] else { return .unknown }
        if entry.hasEnded { return .ended }
        if let place = waiting.firstIndex(of: entry.question) { return .waiting(ahead: place + (current == nil ? 0 : 1)) }
        return entry.question == current ? .current : .unknown
    }

    // MARK: - What happens

    /// Takes an event in.
    ///
    /// - Returns: what is to be done, in this order.
    public mutating func handle(_ event: Event, at now: SchedulerTime) -> [Action] {
        notice(now)
        var actions: [Action] = []
        switch event {
        case .asked(let asker, let question): ask(question, by: asker, at: now, &actions)
        case .heard(let asker): entries[asker]?.heard = now
        case .left(let asker): leave(asker, &actions)
        case .ended(let question): end(question, &actions)
        case .tick:
            let silent = entries.filter { now - $0.value.heard > patience }
            for asker in silent.keys { leave(asker, &actions) }
        }
        if current == nil, !waiting.isEmpty {
            let next = waiting.removeFirst()
            current = next
            actions.append(.begin(next))
        }
        return actions
    }

    /// Time that passed while nobody handled anything is time in which nobody could be heard.
    private mutating func notice(_ now: SchedulerTime) {
        if let latest, now - latest > max(Self.longestLook, patience / 4) {
            entries = entries.mapValues { Entry(question: $0.question, heard: $0.heard + (now - latest), hasEnded: $0.hasEnded) }
        }
        latest = max(latest ?? now, now)
    }

    private mutating func ask(_ question: Digest, by asker: Asker, at now: SchedulerTime, _ actions: inout [Action]) {
        if let entry = entries[asker] {
            if entry.question == question, !entry.hasEnded {
                entries[asker]?.heard = now
                return
            }
            entries[asker] = nil
            if entry.question != question { release(entry.question, &actions) }
        }
        let isUnderWay = waiting.contains(question) || (current == question && !isPutDown)
        guard entries.count < Self.mostAskers, isUnderWay || waiting.count < Self.mostWaiting else {
            actions.append(.refuse(asker))
            release(question, &actions)
            return
        }
        entries[asker] = Entry(question: question, heard: now)
        if !isUnderWay { waiting.append(question) }
    }

    private mutating func leave(_ asker: Asker, _ actions: inout [Action]) {
        guard let entry = entries.removeValue(forKey: asker) else { return }
        release(entry.question, &actions)
    }

    /// Lets go of a question that nobody may wait for any more.
    private mutating func release(_ question: Digest, _ actions: inout [Action]) {
        let owners = entries.values.filter { $0.question == question }
        if !owners.contains(where: { !$0.hasEnded }) {
            waiting.removeAll { $0 == question }
            if current == question, !isPutDown {
                isPutDown = true
                actions.append(.putDown(question))
            }
        }
        if owners.isEmpty, current != question { actions.append(.forget(question)) }
    }

    private mutating func end(_ question: Digest, _ actions: inout [Action]) {
        guard current == question else { return }
        let wasPutDown = isPutDown
        (current, isPutDown) = (nil, false)
        // Whoever has asked since it was put down waits for its next turn.
        if !wasPutDown {
            for asker in askers(of: question) { entries[asker]?.hasEnded = true }
        }
        if !entries.values.contains(where: { $0.question == question }) { actions.append(.forget(question)) }
    }
}
