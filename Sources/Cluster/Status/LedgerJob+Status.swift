import Pipeline
import Scheduling
import Storage

extension LedgerJob {
    /// How the run stands by what its folder holds alone, while no coordinator works.
    ///
    /// - Throws: as `scheduler`, and as reading which reducer has which part.
    public func status() throws -> ClusterStatus {
        let plan = try RunPlan.read(folder.plan)
        // Before the rest is read: whoever begins or ends meanwhile is met at the next look.
        let holder = FolderLock.holder(of: folder.path)
        let (scheduler, time, wasComplete) = try replay()
        let isComputed = Self.isComplete(scheduler, wasComplete: wasComplete)
        // A pilot may have results of its own: the run's they are not.
        let hasResults = try isComputed && !isPilot && folder.hasResults()
        let done = Double(scheduler.count(of: .done)) / Double(max(1, scheduler.taskCount))
        let failed = FailedTasks(of: scheduler, at: time)
        let ending: RunOutcome? = isComputed ? hasResults ? .complete : nil : scheduler.outcome == .complete ? nil : scheduler.outcome
        let waitingBecause: String? =
            if let holder {
                "\(holder) has the run, and does not answer"
            } else if isComputed, isPilot {
                "stopped behind the pilot: `universal-neurons resume \(named.path)` goes on with it"
            } else if isComputed, !hasResults {
                "stopped, with everything computed and no results of it: `universal-neurons resume \(folder.path)` makes them"
            } else {
                nil
            }
        return ClusterStatus(
            run: plan.configuration.name, plan: plan.identity, outcome: holder == nil ? ending?.name ?? "stopped" : nil,
            waitingBecause: waitingBecause,
            tokens: plan.tokens, tokensDone: Int(Double(plan.tokens) * done), tokensPerSecond: nil, secondsLeft: nil,
            tasks: Dictionary(uniqueKeysWithValues: TaskState.Phase.allCases.map { ($0.rawValue, scheduler.count(of: $0)) }),
            workers: [], reducers: try reducers(of: plan), failed: failed.shown, logsLeftOut: failed.logsLeftOut, disagreements: 0,
            dropped: [:], connectionsLost: nil, questions: nil)
    }

    /// Whether everything is done and nothing in doubt: what may be missing are the results.
    ///
    /// - Throws: as `scheduler`.
    func isComputed() throws -> Bool {
        let (scheduler, _, wasComplete) = try replay()
        return Self.isComplete(scheduler, wasComplete: wasComplete)
    }

    /// Whether everything is done and nothing in doubt, by what `replay` found.
    static func isComplete(_ scheduler: TaskScheduler, wasComplete: Bool) -> Bool {
        // It may have a larger budget by now, and going on with a complete one changes nothing before something is found missing.
        scheduler.count(of: .done) == scheduler.taskCount && (wasComplete || scheduler.outcome == .complete)
    }

    /// The reducers that had a part of the plan, none of which is here.
    private func reducers(of plan: RunPlan) throws -> [ClusterStatus.Reducer] {
        let owners = SectionOwners(layout: plan.layout, owners: plan.reducers ?? [])
        let registry = try ReducerRegistry(owners.reducers, plan: plan.identity, path: folder.reducerClaims)
        return registry.claims.values
            .sorted { $0.index < $1.index }.map {
                ClusterStatus.Reducer(
                    index: $0.index, host: nil, store: $0.place, process: nil, silentSeconds: nil,
                    groups: owners.groups(of: $0.index).count, stagedParcels: 0, stagedBytes: 0, bytesInFlight: 0, offersWaiting: 0,
                    folded: registry.intakes[$0.index]?.folded ?? 0, receivedBytes: registry.intakes[$0.index]?.receivedBytes ?? 0,
                    pausedBecause: nil, hasEnded: nil)
            }
    }
}
