import Statistics

/// Numbers that two other workers do not agree with.
public struct WrongNumbers: Hashable, Codable, Sendable {
    /// The task.
    public let task: TaskID
    /// Who computed them.
    public let worker: WorkerID
    /// The task's sections.
    public let sections: [SectionKey]

    /// A worker's numbers of a task, wherever they were folded.
    public init(task: TaskID, worker: WorkerID, sections: [SectionKey]) {
        self.task = task
        self.worker = worker
        self.sections = sections
    }
}
