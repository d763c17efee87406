extension TaskScheduler {
    /// What reducers have to know of computations that were compared: `.release` and `.discard` actions, to be repeated to a reducer that
    /// may have missed them.
    public var verdicts: [SchedulerAction] {
        tasks.ids.flatMap { task -> [SchedulerAction] in
            guard let state = tasks[task], state.phase == .done, let digest = state.digest else { return [] }
            let wrong = state.results.filter { $0.digest != digest }
            guard state.isAudited || !wrong.isEmpty else { return [] }
            return wrong.map { .discard(task, $0.digest, from: $0.worker) } + [.release(task, digest)]
        }
    }
}
