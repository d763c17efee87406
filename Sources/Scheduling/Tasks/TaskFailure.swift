/// Why one attempt at a task came to nothing.
public struct TaskFailure: Hashable, Codable, Sendable {
    /// What went wrong.
    public enum Kind: String, Codable, Sendable {
        /// The worker reported an error.
        case error
        /// The worker's process ended while it had the task.
        case death
        /// Nothing was heard of the worker for longer than the lease allows.
        case silence
        /// Its numbers differ from those that two others agree on.
        case disagreement
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

    /// Whether the task may have brought the worker down.
    public var mayBeDeadly: Bool { kind == .death || kind == .silence }
}
