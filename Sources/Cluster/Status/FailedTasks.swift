import Scheduling

/// The tasks of a run that were given up, as a status brings them: all of them, the lines that were logged with the first thousand.
struct FailedTasks {
    /// Each log has up to 25 kB, and a plan may have a million tasks.
    private static let tasksWithLogs = 1_000

    /// The tasks, ascending.
    let shown: [ClusterStatus.FailedTask]
    /// How many of them come without the lines that were logged; nil where none does.
    let logsLeftOut: Int?

    /// The tasks that a scheduler has given up.
    init(of scheduler: TaskScheduler, at now: SchedulerTime) {
        let failed = scheduler.failedTasks.sorted()
        shown = failed.enumerated().map { place, task in
            let explanation = scheduler.explanation(of: task, at: now)
            let failures = explanation?.failures ?? []
            return ClusterStatus.FailedTask(
                task: task.description, reason: explanation?.whyGivenUp,
                failures: place < Self.tasksWithLogs ? failures : failures.map(\.withoutLog))
        }
        logsLeftOut = failed.count > Self.tasksWithLogs ? failed.count - Self.tasksWithLogs : nil
    }
}

extension TaskFailure {
    /// The failure without the lines that the worker logged.
    fileprivate var withoutLog: TaskFailure { TaskFailure(kind: kind, worker: worker, host: host, reason: reason) }
}
