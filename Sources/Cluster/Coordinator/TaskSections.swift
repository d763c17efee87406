import Corpus
import Pipeline
import Scheduling
import Statistics

/// The sections of every task of a plan, and the shards that they are of.
struct TaskSections: Sendable {
    /// The shards of the budget, by index.
    let shards: [Int: TokenShard]
    /// The shards' indices in plan order.
    let order: [Int]
    private let plan: RunPlan
    private let layout: StatisticsLayout

    init(_ run: PlannedRun) {
        let all = run.shards
        plan = run.plan
        layout = run.layout
        order = all.map(\.index)
        shards = Dictionary(uniqueKeysWithValues: all.map { ($0.index, $0) })
    }

    /// The sections that a task brings; none for a task that the plan does not have.
    func sections(of task: TaskID) -> [SectionKey] {
        guard let shard = shards[task.shard], plan.blockGroups.indices.contains(task.group) else { return [] }
        return plan.sections(of: plan.blockGroups[task.group], stratum: shard.stratum, in: layout)
    }
}
