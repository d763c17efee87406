extension SchedulerRecord {
    /// The task that the record is about, if it is about one.
    public var task: TaskID? {
        switch self {
        case .taskDone(let task, _, _), .attemptFailed(let task, _, _), .taskFailed(let task), .taskReopened(let task, _),
            .auditAgreed(let task, _), .auditDisagreed(let task, _), .auditSkipped(let task), .taskContradicted(let task, _, _, _),
            .workerDistrusted(_, let task):
            task
        case .workerJoined, .workerLeft, .workerLost, .workerBack, .workerDraining, .leaseGranted, .leaseEnded, .reducerReassigned,
            .resumed, .finished:
            nil
        }
    }

    /// The shard that the record is about, if it is about one: a task's history shows the leases of its shard, too.
    public var shard: Int? {
        switch self {
        case .leaseGranted(let lease, _): lease.shard
        case .leaseEnded(_, _, let shard): shard
        default: task?.shard
        }
    }
}
