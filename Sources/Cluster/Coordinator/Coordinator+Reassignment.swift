import Diagnostics
import Pipeline
import Scheduling

extension Coordinator {
    /// Gives a lost reducer's part to the others, to be computed again.
    ///
    /// Everything but the computing pauses until the others know of it and have said what they hold: first they learn their new parts, then
    /// the workers learn where numbers go.
    func reassign(_ reducer: Int) throws -> ControlReply {
        func refuse(_ reason: String, _ remedy: String) -> ControlReply {
            ControlReply(tasks: 0, explanation: nil, refusal: ControlReply.Refusal(reason: reason, remedy: remedy))
        }
        if outcome == .cancelled { return refuse("the run is being cancelled", "start it again first") }
        if settings.children != nil {
            let error = ClusterError.ownReducers(run.folder.path)
            return refuse(error.message, error.remedy)
        }
        if let contact = reducers.contacts[reducer], now - contact.heard < settings.policy.leaseTimeout {
            let seconds = ((settings.policy.leaseTimeout - (now - contact.heard)) / 1_000) + 1
            return refuse(
                "reducer \(reducer) is at work on \(contact.hello.host), or was a moment ago",
                "if it is lost for good, make sure that it does not run, and ask again in \(seconds) s")
        }
        let change: Reassignment
        do {
            change = try Reassignment(of: reducer, in: RunPlan.read(run.folder.plan), reducers)
        } catch let error as ClusterError {
            return refuse(error.message, error.remedy)
        }
        // In this order a crash between two steps leaves what can be asked for again.
        try reducers.giveUp(reducer)
        watch.forget(reducer)
        try change.plan.write(to: run.folder.plan, on: context.files)
        let tasks = change.tasks(of: scheduler.taskIDs)
        let lost = tasks.count { scheduler.state(of: $0)?.phase == .done }
        owners = SectionOwners(layout: run.layout, owners: change.plan.reducers ?? owners.owners)
        isOpen = false
        isReassigning = true
        outcome = nil
        gathering = nil
        // They hold back what they have until they are welcomed again.
        for (worker, contact) in workers {
            workers[worker]?.ready = nil
            try send(.pulse, Pulse(epoch: 0, number: 0, reducers: []), to: contact.identity)
        }
        schedule(.reducerLost(reducer, tasks))
        try startComparison()
        let (part, again) = (CountText.of(change.columnGroups, "column group"), CountText.of(lost, "task"))
        context.logger.warning("reducer \(reducer) was given up: others take its part (\(part)), what is lost (\(again)) is computed again")
        return ControlReply(tasks: lost, explanation: nil)
    }
}
