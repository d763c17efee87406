import Scheduling
import Storage

/// What a reducer owns. Behind it travel the files of `PlanFiles`.
struct Assignment: Codable, Sendable, Hashable {
    /// Its store's identity from here on.
    let store: StoreIdentity
    /// The column groups that it owns, ascending.
    let groups: [Int]
    /// Counts the coordinators of the run.
    let epoch: Int
    /// Milliseconds between heartbeats.
    let heartbeat: Int
    /// Which tasks' parcels are kept back until a second worker's agree. Workers are not told: none may know which tasks these are.
    let audits: AuditRule
}
