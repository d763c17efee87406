import Scheduling
import Storage

/// A worker has opened the plan and its models, or a question and its model, and reproduces the fingerprint.
struct WorkerReady: Codable, Sendable, Hashable {
    /// The worker.
    let worker: WorkerID
    /// What it brings.
    let offer: WorkerOffer
    /// How many leases it can hold at a time.
    let leases: Int
    /// The question that it has opened; nil where that is a run's plan.
    var question: Digest?
}
