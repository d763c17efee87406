extension SchedulerRecord {
    /// The task that the record is about, if it is about one.
    public var task: TaskID? {
        switch self {
        case .taskDone(let task, _, _), .attemptFailed(let task, _, _), .taskFailed(let task), .taskReopened(let task, _),
            .auditAgreed(let task, _), .auditDisagreed(let task, _), .auditSkipped(let task):
            task
        case .workerJoined, .workerLeft, .workerLost, .workerBack, .leaseGranted, .leaseEnded, .resumed, .finished: nil
        }
    }
}
