import Scheduling
import Storage

/// Every reducer has acknowledged a task.
struct TaskReport: Codable, Sendable, Hashable {
    /// The worker.
    let worker: WorkerID
    /// The lease that it was computed under.
    let lease: LeaseID
    /// The task.
    let task: TaskID
    /// Stands for all of its integers.
    let digest: Digest
}
