import Scheduling
import Storage

/// How a cluster's run stands: what `status` prints.
public struct ClusterStatus: Codable, Sendable {
    /// One worker.
    public struct Worker: Codable, Sendable {
        /// Its name and its host.
        public let name, host: String
        /// Its process on that host.
        public let process: Int32
        /// Its threads.
        public let threads: Int
        /// The memory that it offers, what it has now, and the most that it had, in bytes.
        public let memory, residentBytes, peakResidentBytes: Int
        /// What it does: opening, idle, computing, sending, resting, draining or lost.
        public let state: String
        /// The shard that it computes, sends, or was given and is about to begin; nil where it has none.
        public let shard: Int?
        /// Seconds since it was given that; nil where it has none.
        public let seconds: Int?
        /// Counted tokens a second.
        public let tokensPerSecond: Double
        /// Tasks that it has done, and attempts that came to nothing.
        public let done, failures: Int
        /// Seconds since it was heard of.
        public let silentSeconds: Int
    }

    /// One reducer.
    public struct Reducer: Codable, Sendable {
        /// Its index in the plan.
        public let index: Int
        /// Its host; nil where it is not here.
        public let host: String?
        /// Its store as host:folder, by which `reassign` knows it too; nil before one has come.
        public let store: String?
        /// Its process on that host.
        public let process: Int32?
        /// Seconds since it was heard of.
        public let silentSeconds: Int?
        /// Column groups that it owns.
        public let groups: Int
        /// Parcels that are staged and their bytes; what is on the way; offers that wait for room.
        public let stagedParcels, stagedBytes, bytesInFlight, offersWaiting: Int
        /// Sections × shards that are folded, and bytes that have come to all its processes; of one that is not here, when it was last known.
        public let folded, receivedBytes: Int
        /// Why it takes nothing; nil while it does.
        public let pausedBecause: String?
        /// True once it was told that the run is over: it ends, and keeps its store.
        public let hasEnded: Bool?
    }

    /// A task that was given up.
    public struct FailedTask: Codable, Sendable {
        /// Its name, `shard.group`.
        public let task: String
        /// Why it was given up; nil where nothing is known.
        public let reason: String?
        /// Why each attempt came to nothing; with the workers' last lines for the first thousand tasks, `explain` has them for each.
        public let failures: [TaskFailure]
    }

    /// What a process that stands by has been asked.
    public struct Questions: Codable, Sendable, Equatable {
        /// Questions that it has answered since it was started, and those that it could not answer.
        public let answered, failed: Int
        /// Those whose turn it is not yet.
        public let waiting: Int
    }

    /// The run's name.
    public let run: String
    /// The plan's identity.
    public let plan: Digest
    /// How it ended: complete, with its results, incomplete, cancelled, or stopped where nothing coordinates it; nil while it goes on.
    public let outcome: String?
    /// Why nothing goes on, where nothing does.
    public let waitingBecause: String?
    /// Raw tokens of the budget, and those done.
    public let tokens, tokensDone: Int
    /// Raw tokens a second; nil before anything was done.
    public let tokensPerSecond: Double?
    /// Seconds until the end at that speed.
    public let secondsLeft: Int?
    /// Tasks by phase: waiting, running, auditing, done, failed.
    public let tasks: [String: Int]
    /// The workers, by name.
    public let workers: [Worker]
    /// The reducers, by index.
    public let reducers: [Reducer]
    /// All tasks that were given up.
    public let failed: [FailedTask]
    /// How many of them come without the lines that their workers logged, which `explain` has; nil where none does.
    public let logsLeftOut: Int?
    /// How often two workers' integers differed.
    public let disagreements: Int
    /// Messages that were dropped, by reason.
    public let dropped: [String: Int]
    /// Connections that ended without a goodbye: a peer is gone, or has sent a frame above the limit and was cut off. Nil where no coordinator
    /// answers.
    public let connectionsLost: Int?
    /// What was asked of a process that stands by for questions; nil of any other.
    public let questions: Questions?
}

extension ClusterStatus {
    /// Reads how a run stands.
    ///
    /// - Throws: a `DecodingError`, also for numbers that cannot be shown and added up.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            run: try container.decode(String.self, forKey: .run), plan: try container.decode(Digest.self, forKey: .plan),
            outcome: try container.decodeIfPresent(String.self, forKey: .outcome),
            waitingBecause: try container.decodeIfPresent(String.self, forKey: .waitingBecause),
            tokens: try container.decode(Int.self, forKey: .tokens), tokensDone: try container.decode(Int.self, forKey: .tokensDone),
            tokensPerSecond: try container.decodeIfPresent(Double.self, forKey: .tokensPerSecond),
            secondsLeft: try container.decodeIfPresent(Int.self, forKey: .secondsLeft),
            tasks: try container.decode([String: Int].self, forKey: .tasks),
            workers: try container.decode([Worker].self, forKey: .workers),
            reducers: try container.decode([Reducer].self, forKey: .reducers),
            failed: try container.decode([FailedTask].self, forKey: .failed),
            logsLeftOut: try container.decodeIfPresent(Int.self, forKey: .logsLeftOut),
            disagreements: try container.decode(Int.self, forKey: .disagreements),
            dropped: try container.decode([String: Int].self, forKey: .dropped),
            connectionsLost: try container.decodeIfPresent(Int.self, forKey: .connectionsLost),
            questions: try container.decodeIfPresent(Questions.self, forKey: .questions))
        let asked = questions.map { [$0.answered, $0.failed, $0.waiting] } ?? []
        try MachineNumber.check([tokens, tokensDone, disagreements, connectionsLost ?? 0] + asked + tasks.values + dropped.values, decoder)
        try MachineNumber.check(speeds: [tokensPerSecond ?? 0] + workers.map(\.tokensPerSecond), decoder)
    }
}
