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
    /// Whether it has to be computed twice.
    public internal(set) var isAudited = false

    /// Whether nothing more happens to it by itself.
    public var isSettled: Bool { phase == .done || phase == .failed }

    /// The digest that counts: that of two workers, or the only one where one is enough.
    public var digest: Digest? {
        for (place, result) in results.enumerated() where results[..<place].contains(where: { $0.digest == result.digest }) {
            return result.digest
        }
        return results.count == 1 && (!isAudited || phase == .done) ? results[0].digest : nil
    }

    /// Workers that were lost with the task and have not come back.
    var deadlyWorkers: Set<WorkerID> { Set(failures.lazy.filter(\.mayBeDeadly).map(\.worker)) }

    /// Whether another attempt is allowed.
    func mayBeTried(under policy: SchedulerPolicy) -> Bool {
        failures.count < policy.retries && deadlyWorkers.count < policy.deaths
    }
}
