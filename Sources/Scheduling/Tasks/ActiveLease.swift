/// A lease that a worker has.
public struct ActiveLease: Hashable, Codable, Sendable {
    /// What was given.
    public let lease: Lease
    /// To whom.
    public let worker: WorkerID
    /// When.
    public let granted: SchedulerTime
    /// The tasks of it that are neither computed nor failed.
    public internal(set) var open: Set<TaskID>
}
