import Diagnostics
import Statistics
import Storage

extension JobContext {
    /// Removes staged files whose content is damaged or not this plan's; their tasks are computed again. What hinders the reading, such as
    /// too little memory or a missing permission, says nothing about a file and ends the run.
    ///
    /// - Throws: errors of the disk.
    public func removeDamagedPartials(in store: StatisticsStore) throws {
        for path in try store.stagedFiles() {
            do {
                let reader = try PartialReader(path)
                try reader.check(plan: store.plan)
                try reader.verify()
            } catch let error as any DiagnosedError where error.exitStatus == .dataError {
                logger.warning("\(path) cannot be used and is computed again: \(error)")
                try files.remove(path)
            }
        }
    }
}
