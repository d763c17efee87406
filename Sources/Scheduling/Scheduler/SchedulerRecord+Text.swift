import Diagnostics

extension SchedulerRecord {
    /// The record as a line for people.
    public var text: String {
        switch self {
        case .workerJoined(let worker, let offer):
            "worker \(worker) joined: \(offer.host), \(CountText.of(offer.threads, "thread")), \(offer.memory >> 20) MiB"
        case .workerLeft(let worker): "worker \(worker) left"
        case .workerLost(let worker, let reason): "worker \(worker) was lost: \(reason)"
        case .workerBack(let worker): "worker \(worker) came back"
        case .leaseGranted(let lease, let worker):
            "lease \(lease.id) (\(lease.purpose.rawValue)) of shard \(lease.shard), groups \(lease.groups.map(String.init).joined(separator: ", ")), went to \(worker)"
        case .leaseEnded(let lease, let end, let shard):
            "lease \(lease)\(shard.map { " of shard \($0)" } ?? "") ended: \(end.rawValue)"
        case .workerDraining(let worker): "worker \(worker) takes no more leases"
        case .workerDistrusted(let worker, let task): "worker \(worker) is not trusted any more: its numbers of task \(task) were wrong"
        case .taskContradicted(let task, let held, let offered, _):
            "task \(task): the numbers of \(held) that a reducer holds differ from those of \(offered)"
        case .taskDone(let task, let worker, let digest): "task \(task) was done by \(worker) (\(digest.hex.prefix(12)))"
        case .attemptFailed(let task, let lease, let failure):
            "task \(task) came to nothing under lease \(lease) on \(failure.worker) (\(failure.host), \(failure.kind.rawValue)): \(failure.reason)"
        case .taskFailed(let task): "task \(task) was given up"
        case .taskReopened(let task, let reason): "task \(task) waits again: \(reason)"
        case .auditAgreed(let task, let workers): "task \(task): \(Self.names(workers)) agree"
        case .auditDisagreed(let task, let workers): "task \(task): \(Self.names(workers)) differ"
        case .auditSkipped(let task): "task \(task) was not audited: no second worker came"
        case .reducerReassigned(let reducer): "reducer \(reducer) is lost for good, its part was given to others"
        case .resumed: "the run goes on"
        case .finished(.complete): "the run is complete"
        case .finished(.incomplete(let tasks)): "the run is over; \(CountText.of(tasks.count, "task")) failed"
        case .finished(.cancelled): "the run was cancelled"
        }
    }

    private static func names(_ workers: [WorkerID]) -> String { workers.map(\.name).joined(separator: " and ") }
}
