import Scheduling

extension Ledger {
    /// How many tasks were given to a second worker as work that nobody had, or taken as done from the same worker twice: reports are sent again
    /// with each sign of life, and each is to count once. Of a run in which nothing was lost, failed or opened again.
    ///
    /// - Throws: `ClusterError.ledgerFull`, `.ledgerUnusable`.
    public func repetitions() throws -> Int {
        var given: Set<TaskID> = []
        var done: [TaskID: Set<WorkerID>] = [:]
        return try entries().reduce(0) { count, entry in
            switch entry.record {
            case .leaseGranted(let lease, _) where lease.purpose == .work:
                count + lease.tasks.count { !given.insert($0).inserted }
            case .taskDone(let task, let worker, _): count + (done[task, default: []].insert(worker).inserted ? 0 : 1)
            default: count
            }
        }
    }
}
