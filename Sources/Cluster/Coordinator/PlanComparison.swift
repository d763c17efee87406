import Scheduling

/// One comparison of what the reducers hold with the plan, while their answers come in.
struct PlanComparison: Sendable {
    /// Counts the comparisons: answers to an earlier one are not taken.
    let round: Int
    /// The answers, by reducer.
    var inventories: [Int: [SectionInventory]] = [:]
    /// When the reducers were asked last.
    var asked: SchedulerTime
}
