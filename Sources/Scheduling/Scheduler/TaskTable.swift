/// The tasks of a plan, and how many are in each phase; finds those that want something without looking at all of them.
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
    /// For each block group, a shard before which none of its tasks waits.
    private var firstWaiting: [Int]
    /// For each block group, how many of its tasks wait.
    private var waitingInGroup: [Int]
    private var openAudits = PlaceSet()
    private var judged = PlaceSet()
    /// Whether a task has begun to wait since somebody asked.
    private var hasFreed = false

    init(groups: Int) {
        self.groups = groups
        firstWaiting = Array(repeating: 0, count: groups)
        waitingInGroup = Array(repeating: 0, count: groups)
    }

    /// Adds shards behind those that are there.
    mutating func append(shards more: [Int], isAudited: (TaskID) -> Bool) {
        for shard in more where places[shard] == nil {
            for group in 0..<groups where waitingInGroup[group] == 0 { firstWaiting[group] = shards.count }
            places[shard] = shards.count
            shards.append(shard)
            waiting.append(groups)
            counts[.waiting, default: 0] += groups
            for group in 0..<groups {
                waitingInGroup[group] += 1
                var state = TaskState()
                state.isAudited = isAudited(TaskID(shard: shard, group: group))
                states.append(state)
            }
        }
        hasFreed = true
    }

    /// All tasks.
    var count: Int { states.count }

    /// Tasks in a phase.
    func count(of phase: TaskState.Phase) -> Int { counts[phase] ?? 0 }

    /// The tasks' ids in plan order.
    var ids: [TaskID] { shards.flatMap { shard in (0..<groups).map { TaskID(shard: shard, group: $0) } } }

    /// The tasks that wait to be computed another time and that nobody computes, in plan order.
    var auditsWithoutLease: some Sequence<TaskID> { openAudits.sorted.lazy.map(task(at:)) }

    /// The tasks of which reducers have to know which numbers are right, in plan order.
    var tasksWithVerdict: some Sequence<TaskID> { judged.sorted.lazy.map(task(at:)) }

    /// A task's state; nil for a task that the plan does not have.
    subscript(_ task: TaskID) -> TaskState? {
        guard let place = place(of: task) else { return nil }
        return states[place]
    }

    /// Changes a task; unknown tasks are left alone.
    mutating func update(_ task: TaskID, _ change: (inout TaskState) -> Void) {
        if let place = place(of: task) { update(at: place, change) }
    }

    /// Changes all tasks. It looks at each: for what happens rarely.
    mutating func updateAll(_ change: (inout TaskState) -> Void) {
        for place in states.indices { update(at: place, change) }
    }

    private mutating func update(at place: Int, _ change: (inout TaskState) -> Void) {
        let before = states[place].phase
        let wasOpenAudit = states[place].isOpenAudit
        change(&states[place])
        let after = states[place].phase
        let isOpenAudit = states[place].isOpenAudit
        if wasOpenAudit != isOpenAudit { openAudits.set(place, to: isOpenAudit) }
        if before == .done || after == .done { judged.set(place, to: states[place].needsVerdict) }
        if isOpenAudit, !wasOpenAudit { hasFreed = true }
        guard before != after else { return }
        counts[before, default: 0] -= 1
        counts[after, default: 0] += 1
        if before == .waiting { count(waitingTasks: -1, at: place) }
        if after == .waiting { count(waitingTasks: 1, at: place) }
    }

    private mutating func count(waitingTasks change: Int, at place: Int) {
        let (shard, group) = (place / groups, place % groups)
        waiting[shard] += change
        waitingInGroup[group] += change
        if change > 0 {
            firstWaiting[group] = min(firstWaiting[group], shard)
            hasFreed = true
        }
        guard waitingInGroup[group] > 0 else {
            firstWaiting[group] = shards.count
            return
        }
        while states[firstWaiting[group] * groups + group].phase != .waiting { firstWaiting[group] += 1 }
    }

    /// Whether a task has begun to wait since this was asked last.
    mutating func takeFreed() -> Bool {
        defer { hasFreed = false }
        return hasFreed
    }

    /// Calls `body` with each shard that has a waiting task, in plan order and from the first on in which one of these block groups waits,
    /// until it returns true.
    func forEachWaitingShard(of wanted: some Sequence<Int>, _ body: (_ shard: Int) -> Bool) {
        var first = shards.count
        for group in wanted where firstWaiting.indices.contains(group) && waitingInGroup[group] > 0 {
            first = min(first, firstWaiting[group])
        }
        for place in first..<shards.count where waiting[place] > 0 {
            if body(shards[place]) { return }
        }
    }

    /// The first task that waits, in plan order.
    var first: TaskID? {
        let groups = (0..<groups).filter { waitingInGroup[$0] > 0 }
        return groups.min { (firstWaiting[$0], $0) < (firstWaiting[$1], $1) }.map {
            TaskID(shard: shards[firstWaiting[$0]], group: $0)
        }
    }

    private func task(at place: Int) -> TaskID { TaskID(shard: shards[place / groups], group: place % groups) }

    private func place(of task: TaskID) -> Int? {
        guard let shard = places[task.shard], (0..<groups).contains(task.group) else { return nil }
        return shard * groups + task.group
    }
}
