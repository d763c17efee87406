import Pipeline
import Scheduling
import Statistics

/// A batch of a question's rows that the worker has: waiting, computing, or answered and not yet acknowledged.
struct HeldBatch {
    /// What became of it.
    enum Report: Sendable {
        case sums(BatchAnswer, [PayloadFrame])
        case failed(TaskTrouble)
    }

    let lease: Lease
    /// Its rows, until they are computed.
    var rows: ShardRows?
    /// What is to be said of it, until it is acknowledged.
    var report: Report?
    /// Raised when nobody wants it any more.
    let stop = StopRequest()

    init(_ lease: Lease, rows: ShardRows) { (self.lease, self.rows) = (lease, rows) }

    /// Whether it waits to be computed.
    var isWaiting: Bool { rows != nil }
    /// Whether it is being computed.
    var isComputing: Bool { rows == nil && report == nil }
    /// The batch, as the task that it is.
    var task: TaskID { TaskID(shard: lease.shard, group: 0) }
}
