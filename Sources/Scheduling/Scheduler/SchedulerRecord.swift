import Storage

/// What a ledger keeps of a scheduler: enough to explain every task, and to go on after a restart.
///
/// These are stored. A change of a case or of its values needs a new `SchedulerRecord.version`, and a
/// migration of the ledger where the older form cannot be read as it is. Version 2 added cases and an optional value to version 1, version 3
/// a case.
public enum SchedulerRecord: Hashable, Codable, Sendable {
    /// The version of the stored form.
    public static let version = 3

    /// A worker joined.
    case workerJoined(worker: WorkerID, offer: WorkerOffer)
    /// A worker left of its own will.
    case workerLeft(worker: WorkerID)
    /// A worker is lost; why.
    case workerLost(worker: WorkerID, reason: String)
    /// A worker that was lost is back: what was lost with it is no failure.
    case workerBack(worker: WorkerID)
    /// A worker takes no more leases.
    case workerDraining(worker: WorkerID)
    /// Others agreed that a worker's numbers of a task were wrong: it is given nothing more, and what it alone has computed is audited.
    case workerDistrusted(worker: WorkerID, task: TaskID)
    /// A lease was given.
    case leaseGranted(lease: Lease, worker: WorkerID)
    /// A lease has ended; why. The shard is nil in ledgers of version 1.
    case leaseEnded(lease: LeaseID, end: LeaseEnd, shard: Int? = nil)
    /// A task is done.
    case taskDone(task: TaskID, worker: WorkerID, digest: Digest)
    /// An attempt at a task came to nothing.
    case attemptFailed(task: TaskID, lease: LeaseID, failure: TaskFailure)
    /// A task was given up.
    case taskFailed(task: TaskID)
    /// A task waits again; why.
    case taskReopened(task: TaskID, reason: String)
    /// Two computations of a task agree.
    case auditAgreed(task: TaskID, workers: [WorkerID])
    /// Two computations of a task differ.
    case auditDisagreed(task: TaskID, workers: [WorkerID])
    /// A reducer has folded numbers of a task that differ from another worker's.
    case taskContradicted(task: TaskID, held: WorkerID, offered: WorkerID, digest: Digest?)
    /// No second worker came to audit a task.
    case auditSkipped(task: TaskID)
    /// A reducer is lost for good, and its part was given to others.
    case reducerReassigned(reducer: Int)
    /// A run that had ended goes on.
    case resumed
    /// The run is over.
    case finished(outcome: RunOutcome)
}
