import Storage

extension TaskScheduler {
    /// What reducers have to know of computations that were compared: `.release` and `.discard` actions, to be repeated to a reducer that
    /// may have missed them.
    public var verdicts: [SchedulerAction] { tasks.tasksWithVerdict.flatMap { verdict(on: $0) } }

    /// Which numbers of a task are wrong and which are right, as far as it is decided.
    func verdict(on task: TaskID) -> [SchedulerAction] {
        guard let state = tasks[task], let digest = state.digest else { return [] }
        // Where only a reducer has seen the wrong numbers, nobody knows their digest; the worker's name finds them.
        let discards = state.wrong.map { SchedulerAction.discard(task, $0.digest ?? Digest(of: []), from: $0.worker) }
        return discards + (state.phase == .done ? [.release(task, digest)] : [])
    }
}
