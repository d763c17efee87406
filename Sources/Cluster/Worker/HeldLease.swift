import Pipeline
import Scheduling
import Statistics

/// A lease that the worker has: waiting, computing, on its way to the reducers, or reported and not yet confirmed.
struct HeldLease {
    /// What became of a task.
    enum Report: Sendable {
        case done(TaskReport)
        case failed(TaskTrouble)
    }

    let lease: Lease
    let stratum: Int
    /// The shard's rows, until they are computed.
    var rows: ShardRows?
    /// Whether it waits to be computed.
    var isWaiting = true
    /// Tasks of which nothing is reported yet.
    var open: Set<TaskID>
    /// What was reported.
    var reports: [Report] = []
    /// How often the reports were repeated.
    var repeats = 0
    /// Raised when nobody wants it any more.
    let stop = StopRequest()

    init(_ grant: LeaseGrant, rows: ShardRows) {
        (lease, stratum, self.rows, open) = (grant.lease, grant.stratum, rows, Set(grant.lease.tasks))
    }

    /// Whether all of its tasks are reported.
    var isSettled: Bool { open.isEmpty }
}
