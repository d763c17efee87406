/// Why one attempt at a task came to nothing.
public struct TaskFailure: Hashable, Codable, Sendable {
    /// What went wrong.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// The worker reported an error.
        case error
        /// The worker's process ended while it had the task.
        case death
        /// Nothing was heard of the worker for longer than the lease allows.
        case silence
        /// Its numbers differ from those that two others agree on.
        case disagreement
        /// It was reported done, and the reducers do not hold it.
        case vanished
    }

    /// What went wrong.
    public let kind: Kind
    /// The worker.
    public let worker: WorkerID
    /// The worker's host.
    public let host: String
    /// For people: the error's message, the exit status or signal.
    public let reason: String
    /// The last lines that the worker logged, oldest first; empty where they are not known.
    public let log: [String]

    /// A failure for the record.
    public init(kind: Kind, worker: WorkerID, host: String, reason: String, log: [String] = []) {
        self.kind = kind
        self.worker = worker
        self.host = host
        self.reason = reason
        self.log = log
    }

    /// Reads a failure; what is longer than anybody reads is cut, for a failure must be heard of in any case.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        kind = try container.decode(Kind.self, forKey: .kind)
        worker = try container.decode(WorkerID.self, forKey: .worker)
        host = String(try container.decode(String.self, forKey: .host).prefix(DecodingLimit.name))
        reason = String(try container.decode(String.self, forKey: .reason).prefix(DecodingLimit.reason))
        log = try container.decode([String].self, forKey: .log).suffix(DecodingLimit.logLines).map {
            String($0.prefix(DecodingLimit.logLine))
        }
    }

    /// Whether it counts as an attempt: what was computed and lost, or was wrong, was no failure to compute it.
    var isAttempt: Bool { kind != .vanished && kind != .disagreement }

    /// Whether the task may have brought the worker down.
    public var mayBeDeadly: Bool { kind == .death || kind == .silence }
}
