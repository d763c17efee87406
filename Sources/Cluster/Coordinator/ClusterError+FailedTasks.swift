import Pipeline
import Scheduling

extension ClusterError {
    /// Why a run of which no task is left has no results.
    static func tasksFailed(of scheduler: TaskScheduler, at now: SchedulerTime, in folder: RunFolder) -> ClusterError {
        let failed = scheduler.failedTasks
        let first = failed.first.flatMap { scheduler.explanation(of: $0, at: now) }
        return .tasksFailed(
            count: failed.count, task: failed.first?.description ?? "", reason: first?.whyGivenUp ?? "no reason is known",
            run: folder.path.string)
    }
}
