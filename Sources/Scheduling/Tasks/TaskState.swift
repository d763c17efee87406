import Storage

/// What the scheduler knows of a task.
public struct TaskState: Hashable, Codable, Sendable {
    /// Where a task stands.
    public enum Phase: String, Hashable, Codable, Sendable, CaseIterable {
        /// It waits for a worker.
        case waiting
        /// One or more workers have it.
        case running
        /// It was computed and needs another worker's numbers to compare with.
        case auditing
        /// Every reducer has it.
        case done
        /// It was given up.
        case failed
    }

    /// What one worker computed.
    public struct Result: Hashable, Codable, Sendable {
        /// The worker.
        public let worker: WorkerID
        /// Stands for all of the task's integers.
        public let digest: Digest

        /// What a worker computed.
        public init(worker: WorkerID, digest: Digest) {
            self.worker = worker
            self.digest = digest
        }
    }

    /// A reducer's word that numbers which it had folded differ from a worker's.
    public struct Contradiction: Hashable, Codable, Sendable {
        /// Whose numbers the reducer holds.
        public let held: WorkerID
        /// The digest of the numbers that differ from them.
        public let digest: Digest
    }

    /// A worker that gave the task back unfinished.
    public struct Return: Hashable, Codable, Sendable {
        /// The worker.
        public let worker: WorkerID
        /// How often it did.
        public internal(set) var count: Int
        /// It is not given the task again before.
        public internal(set) var notBefore: SchedulerTime
    }

    /// Where it stands.
    public internal(set) var phase = Phase.waiting
    /// No attempt begins before.
    public internal(set) var notBefore = SchedulerTime.zero
    /// The leases under which it is being computed.
    public internal(set) var leases: Set<LeaseID> = []
    /// Attempts that came to nothing.
    public internal(set) var failures: [TaskFailure] = []
    /// What was computed, one a worker.
    public internal(set) var results: [Result] = []
    /// Whether it has to be computed twice: it is in the sample, or somebody's numbers of it are in doubt.
    public internal(set) var isAudited = false
    /// What was decided before the task had to be computed again.
    public internal(set) var verdict: Digest?
    /// Wrong numbers that were computed before the task had to be computed again.
    public internal(set) var refuted: [Result] = []
    /// What reducers say of folded numbers.
    public internal(set) var contradictions: [Contradiction] = []
    /// Who gave it back.
    public internal(set) var returns: [Return] = []
    /// How often it was done and not with the reducers, since wrong numbers were last found anywhere: emptying those loses right ones too.
    public internal(set) var vanishings = 0
    /// How many workers had been found wrong when it vanished last.
    var convictions = 0

    /// Whether nothing more happens to it by itself.
    public var isSettled: Bool { phase == .done || phase == .failed }

    /// The digest that counts: that of two workers, or the only one where one is enough.
    public var digest: Digest? {
        verdict ?? agreed ?? (results.count == 1 && (!isAudited || phase == .done) ? results[0].digest : nil)
    }

    /// The first digest that two workers have computed.
    var agreed: Digest? {
        guard results.count > 1 else { return nil }
        for (place, result) in results.enumerated() where results[..<place].contains(where: { $0.digest == result.digest }) {
            return result.digest
        }
        return nil
    }

    /// Workers that were lost with the task and have not come back.
    var deadlyWorkers: Set<WorkerID> { Set(failures.lazy.filter(\.mayBeDeadly).map(\.worker)) }

    /// Attempts that came to nothing.
    var attempts: Int { failures.lazy.filter(\.isAttempt).count }

    /// Whether another attempt is allowed.
    func mayBeTried(under policy: SchedulerPolicy) -> Bool {
        attempts < policy.retries && deadlyWorkers.count < policy.deaths
    }
}
