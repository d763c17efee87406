/// What the scheduler knows of a worker.
public struct WorkerState: Sendable, Hashable, Codable {
    /// What it brings.
    public let offer: WorkerOffer
    /// When it joined.
    public let joined: SchedulerTime
    /// When it was heard of last.
    public internal(set) var heard: SchedulerTime
    /// How many leases it can hold at a time.
    public internal(set) var capacity: Int
    /// Its leases.
    public internal(set) var leases: Set<LeaseID>
    /// Tasks that it has done.
    public internal(set) var done: Int
    /// Attempts that came to nothing.
    public internal(set) var failures: Int
    /// Leases in which something came to nothing since it has last done a task.
    public internal(set) var failuresInARow: Int
    /// It is given nothing before: one that fails at everything must not use up the attempts of every task.
    public internal(set) var notBefore: SchedulerTime
    /// Whether it takes no more leases.
    public internal(set) var isDraining: Bool
    /// Whether nothing is heard of it any more; it may come back.
    public internal(set) var isLost: Bool
    /// Whether two others agreed that its numbers were wrong: it is given nothing more.
    public internal(set) var isDistrusted: Bool
    /// The lease that it says it computes; nil while it has not said so.
    public internal(set) var computing: LeaseID?
    /// The last lines that it is known to have logged, oldest first.
    public internal(set) var log: [String] = []

    init(offer: WorkerOffer, at now: SchedulerTime) {
        self.offer = offer
        joined = now
        heard = now
        capacity = 0
        leases = []
        done = 0
        failures = 0
        failuresInARow = 0
        notBefore = .zero
        isDraining = false
        isLost = false
        isDistrusted = false
    }

    /// The last lines of a worker that is lost: those that it has sent, and behind them what it is known to have printed besides.
    ///
    /// - Parameter printed: what it wrote to standard error last, oldest first. There only warnings are, and each line begins with time and name.
    func lastLines(printed: [String]) -> [String] {
        let texts = log.compactMap { $0.split(separator: ": ", maxSplits: 1).last }
        let others = printed.filter { line in !texts.contains { line.hasSuffix($0) } }
        return Array((log + others).suffix(DecodingLimit.logLines))
    }

    /// Whether it works on tasks or will.
    var isPresent: Bool { !isDraining && !isLost && !isDistrusted }

    /// Whether it can be given a lease now.
    func isReady(at now: SchedulerTime) -> Bool { isPresent && leases.count < capacity && notBefore <= now }
}
