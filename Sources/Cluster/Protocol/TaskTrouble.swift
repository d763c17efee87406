import Scheduling

/// A task could not be computed.
struct TaskTrouble: Codable, Sendable, Hashable {
    /// The lease.
    let lease: LeaseID
    /// The task.
    let task: TaskID
    /// Why.
    let failure: TaskFailure
}
