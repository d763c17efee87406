import Scheduling

/// A worker's sign of life.
struct WorkerHeartbeat: Codable, Sendable, Hashable {
    /// The worker.
    let worker: WorkerID
    /// The leases that it has: computing, waiting, or computed and on the way to the reducers.
    let leases: [LeaseID]
    /// The lease that it computes now.
    let computing: LeaseID?
    /// Counted tokens a second over the last minute, 0 while it has none.
    let tokensPerSecond: Double
    /// Bytes of memory that the process has now, and the most that it had.
    let residentBytes, peakResidentBytes: Int
    /// Bytes of parcels that wait for reducers.
    let parcelBytes: Int
}
