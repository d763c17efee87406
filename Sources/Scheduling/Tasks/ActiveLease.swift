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
    /// Whether a task of it has come to nothing: its worker's failures are counted by lease, for one cause fails all of its tasks.
    public internal(set) var hasFailed = false
}
