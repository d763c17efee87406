/// The tasks of a plan, and how many are in each phase; finds the first that waits without looking at all of them.
struct TaskTable: Sendable, Equatable {
    /// The shards' indices in plan order.
    private(set) var shards: [Int] = []
    /// Block groups of the plan.
    let groups: Int
    private var places: [Int: Int] = [:]
    private var states: [TaskState] = []
    /// Waiting tasks of each shard.
    private var waiting: [Int] = []
    private var counts = [TaskState.Phase: Int](uniqueKeysWithValues: TaskState.Phase.allCases.map { ($0, 0) })
    /// No shard before this place has a waiting task.
    private var firstWaiting = 0

    init(groups: Int) { self.groups = groups }

    /// Adds shards behind those that are there.
    mutating func append(shards more: [Int], isAudited: (TaskID) -> Bool) {
        for shard in more where places[shard] == nil {
            places[shard] = shards.count
            shards.append(shard)
            waiting.append(groups)
            counts[.waiting, default: 0] += groups
            for group in 0..<groups {
                var state = TaskState()
                state.isAudited = isAudited(TaskID(shard: shard, group: group))
                states.append(state)
            }
        }
    }

    /// All tasks.
    var count: Int { states.count }

    /// Tasks in a phase.
    func count(of phase: TaskState.Phase) -> Int { counts[phase] ?? 0 }

    /// The tasks' ids in plan order.
    var ids: [TaskID] { shards.flatMap { shard in (0..<groups).map { TaskID(shard: shard, group: $0) } } }

    /// A task's state; nil for a task that the plan does not have.
    subscript(_ task: TaskID) -> TaskState? {
        guard let place = place(of: task) else { return nil }
        return states[place]
    }

    /// Changes a task; unknown tasks are left alone.
    mutating func update(_ task: TaskID, _ change: (inout TaskState) -> Void) {
        guard let place = place(of: task) else { return }
        let before = states[place].phase
        change(&states[place])
        let after = states[place].phase
        guard before != after else { return }
        counts[before, default: 0] -= 1
        counts[after, default: 0] += 1
        let shard = place / groups
        if before == .waiting { waiting[shard] -= 1 }
        if after == .waiting {
            waiting[shard] += 1
            firstWaiting = min(firstWaiting, shard)
        }
        while firstWaiting < waiting.count, waiting[firstWaiting] == 0 { firstWaiting += 1 }
    }

    /// Calls `body` with each shard that has a waiting task, in plan order, until it returns true.
    func forEachWaitingShard(_ body: (_ shard: Int) -> Bool) {
        guard count(of: .waiting) > 0 else { return }
        for place in firstWaiting..<shards.count where waiting[place] > 0 {
            if body(shards[place]) { return }
        }
    }

    /// The first task that waits, in plan order.
    var first: TaskID? {
        guard count(of: .waiting) > 0 else { return nil }
        return (firstWaiting * groups..<states.count).first { states[$0].phase == .waiting }.map {
            TaskID(shard: shards[$0 / groups], group: $0 % groups)
        }
    }

    private func place(of task: TaskID) -> Int? {
        guard let shard = places[task.shard], (0..<groups).contains(task.group) else { return nil }
        return shard * groups + task.group
    }
}
