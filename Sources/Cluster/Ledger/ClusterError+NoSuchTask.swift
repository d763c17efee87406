import Pipeline
import Scheduling

extension ClusterError {
    /// That a run has no task of a name, with what it has.
    ///
    /// - Parameter folder: the run; nil where only its coordinator is known, or what can be read of the plan.
    public static func noSuchTask(_ task: TaskID, in folder: RunFolder?) -> ClusterError {
        // Whoever cannot read the plan learns from the coordinator that the task is none.
        guard let folder, let planned = try? PlannedTasks(in: folder.underWay) else {
            return .noSuchTask(task.description, shards: nil, groups: nil)
        }
        let (shards, groups) = (Set(planned.entries.map(\.shard)), Set(planned.entries.map(\.group)))
        return .noSuchTask(task.description, shards: shards.count, groups: groups.count)
    }
}
