import Storage

/// What happens to a scheduler. Events may come late, twice, and in any order.
public enum SchedulerEvent: Sendable {
    /// A worker has shown what it brings; also when it connects again.
    case workerJoined(WorkerID, WorkerOffer)
    /// A worker can hold so many leases at a time, those included that it has.
    case workerReady(WorkerID, leases: Int)
    /// A worker lives and has these leases; which of them it computes, and what it has logged last, where it says so.
    case heartbeat(WorkerID, leases: [LeaseID], computing: LeaseID? = nil, log: [String] = [])
    /// A worker lives, at a time in which it is given nothing: it is not asked what it has.
    case heard(WorkerID)
    /// Every reducer has acknowledged a task; the digest stands for all of its integers.
    case taskDone(WorkerID, LeaseID, TaskID, Digest)
    /// A task could not be computed.
    case taskFailed(LeaseID, TaskID, TaskFailure)
    /// A worker gives a lease back unfinished, without anything wrong.
    case leaseReturned(WorkerID, LeaseID)
    /// A worker takes no more leases.
    case workerDraining(WorkerID)
    /// A worker has left, without a lease.
    case workerLeft(WorkerID)
    /// A worker's process has ended: exit status or signal, and its last log lines.
    case workerDied(WorkerID, reason: String, log: [String])
    /// Time has passed.
    case tick
    /// The reducers lack these tasks although they were done (or are not done: no harm). Also without `.compareWithPlan`.
    case missing([TaskID])
    /// Every block holds every shard. Also without `.compareWithPlan`.
    case nothingMissing
    /// The reducers hold all numbers of a task already, also where no ledger says so; the workers are those of its sections. Numbers of a
    /// done task with another digest than the ledger's put it in doubt.
    case held(TaskID, by: Set<WorkerID>, Digest)
    /// A reducer has folded numbers of a task from one worker that differ from those that another offers; the digest is the latter's.
    case contradicted(TaskID, held: WorkerID, offered: WorkerID, Digest?)
    /// A reducer is lost for good: its part goes to others, and with it these tasks, as far as they are done, have to be computed again.
    case reducerLost(Int, [TaskID])
    /// A run that had ended goes on: its budget was raised, or somebody started its coordinator again.
    case resumed
    /// Failed tasks get a new chance; nil: all of them.
    case retry([TaskID]?)
    /// Nothing more shall be computed, nor made of what is.
    case cancel
}
