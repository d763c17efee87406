import Pipeline
import Scheduling

extension LedgerJob {
    /// How the run stands by its ledger alone, while no coordinator works.
    ///
    /// - Throws: as `scheduler`.
    public func status() throws -> ClusterStatus {
        let plan = try RunPlan.read(folder.plan)
        let (scheduler, _) = try scheduler()
        let done = Double(scheduler.count(of: .done)) / Double(max(1, scheduler.taskCount))
        let failed = scheduler.taskIDs.filter { scheduler.state(of: $0)?.phase == .failed }.map { task in
            ClusterStatus.FailedTask(task: task.description, failures: scheduler.state(of: task)?.failures ?? [])
        }
        return ClusterStatus(
            run: plan.configuration.name, plan: plan.identity, outcome: scheduler.outcome?.name ?? "stopped", waitingBecause: nil,
            tokens: plan.tokens, tokensDone: Int(Double(plan.tokens) * done), tokensPerSecond: nil, secondsLeft: nil,
            tasks: Dictionary(uniqueKeysWithValues: TaskState.Phase.allCases.map { ($0.rawValue, scheduler.count(of: $0)) }),
            workers: [], reducers: [], failed: failed, disagreements: 0, dropped: [:])
    }
}
