import Storage

/// What a ledger keeps of a scheduler: enough to explain every task, and to go on after a restart.
///
/// These are stored. A change of a case or of its values needs a new `SchedulerRecord.version` and a migration of the ledger.
public enum SchedulerRecord: Hashable, Codable, Sendable {
    /// The version of the stored form.
    public static let version = 1

    /// A worker joined.
    case workerJoined(WorkerID, WorkerOffer)
    /// A worker left of its own will.
    case workerLeft(WorkerID)
    /// A worker is lost; why.
    case workerLost(WorkerID, reason: String)
    /// A worker that was lost is back: what was lost with it is no failure.
    case workerBack(WorkerID)
    /// A lease was given.
    case leaseGranted(Lease, WorkerID)
    /// A lease has ended; why.
    case leaseEnded(LeaseID, LeaseEnd)
    /// A task is done.
    case taskDone(TaskID, WorkerID, Digest)
    /// An attempt at a task came to nothing.
    case attemptFailed(TaskID, LeaseID, TaskFailure)
    /// A task was given up.
    case taskFailed(TaskID)
    /// A task waits again; why.
    case taskReopened(TaskID, reason: String)
    /// Two computations of a task agree.
    case auditAgreed(TaskID, [WorkerID])
    /// Two computations of a task differ.
    case auditDisagreed(TaskID, [WorkerID])
    /// No second worker came to audit a task.
    case auditSkipped(TaskID)
    /// The run is over.
    case finished(RunOutcome)
}
