import Storage

/// What a scheduler wants done.
public enum SchedulerAction: Sendable, Hashable {
    /// Send a lease.
    case grant(Lease, to: WorkerID)
    /// Tell a worker that a lease is no longer wanted.
    case revoke(LeaseID, from: WorkerID)
    /// Tell the reducers that a task's numbers with this digest may be folded.
    case release(TaskID, Digest)
    /// Tell the reducers that a worker's numbers of a task are wrong; a block that has folded them is emptied and computed again.
    case discard(TaskID, Digest, from: WorkerID)
    /// Write into the ledger.
    case record(SchedulerRecord)
    /// Compare every block's shards with the plan, then say `.missing` or `.nothingMissing`.
    case compareWithPlan
    /// The run is over.
    case finish(RunOutcome)
}
