import Scheduling

/// A worker has opened the plan and its models and reproduces the plan's fingerprint.
struct WorkerReady: Codable, Sendable, Hashable {
    /// The worker.
    let worker: WorkerID
    /// What it brings.
    let offer: WorkerOffer
    /// How many leases it can hold at a time.
    let leases: Int
}
