/// What a retry does: how many tasks wait again, and where those stand that it changes nothing for.
public struct RetryEffect: Codable, Sendable, Hashable {
    /// A task that was asked for and has not failed.
    public struct Unchanged: Codable, Sendable, Hashable {
        /// Its name, `shard.group`.
        public let task: String
        /// Where it stands.
        public let phase: TaskState.Phase
    }

    /// How many tasks had failed and wait again.
    public let tasks: Int
    /// The others of those that were named, in the order in which they were.
    public let unchanged: [Unchanged]
    /// All tasks of the run by phase, before the retry.
    public let phases: [String: Int]
    /// Whether somebody computes what runs; else the next coordinator goes on with it.
    public let isCoordinated: Bool

    /// What a retry does; without `phases` where nothing more is known than how many tasks wait again.
    public init(tasks: Int, unchanged: [Unchanged] = [], phases: [String: Int] = [:], isCoordinated: Bool = true) {
        self.tasks = tasks
        self.unchanged = unchanged
        self.phases = phases
        self.isCoordinated = isCoordinated
    }
}

extension TaskScheduler {
    /// What a retry is about to do.
    ///
    /// - Parameters:
    ///   - chosen: the tasks that are named; nil: all that failed. Of one that the plan does not have nothing is said.
    ///   - isCoordinated: whether anybody hears the workers.
    public func effect(ofRetrying chosen: [TaskID]?, isCoordinated: Bool = true) -> RetryEffect {
        var seen: Set<TaskID> = []
        let named = (chosen ?? []).filter { seen.insert($0).inserted }.compactMap { task in
            state(of: task).map { RetryEffect.Unchanged(task: task.description, phase: $0.phase) }
        }
        let unchanged = named.filter { $0.phase != .failed }
        return RetryEffect(
            tasks: chosen == nil ? count(of: .failed) : named.count - unchanged.count, unchanged: unchanged,
            phases: Dictionary(uniqueKeysWithValues: TaskState.Phase.allCases.map { ($0.rawValue, count(of: $0)) }),
            isCoordinated: isCoordinated)
    }
}
