import Diagnostics
import Scheduling
import Statistics

extension Coordinator {
    /// Asks every reducer to fold what it has and to say what it holds.
    func startComparison() throws {
        round += 1
        // What was held before is not needed any more, and would be there a second time beside what comes.
        inventories = [:]
        comparison = PlanComparison(round: round, asked: now)
        try askReducers()
    }

    /// Asks the reducers that have not answered yet.
    func askReducers(only chosen: Int? = nil) throws {
        guard let comparison else { return }
        var news = FlushRequest.News()
        for action in scheduler.verdicts {
            switch action {
            case .release(let task, let digest): news.verdicts.append(.release(ParcelID(task: task, digest: digest)))
            case .discard(let task, let digest, let worker):
                news.verdicts.append(.discard(ParcelID(task: task, digest: digest)))
                news.wrong.append(FlushRequest.Wrong(task: task, worker: worker))
            default: break
            }
        }
        let (request, payload) = try FlushRequest.message(round: comparison.round, news)
        for (index, contact) in reducers.contacts where comparison.inventories[index] == nil && (chosen == nil || chosen == index) {
            try send(.flush, request, payload: payload, to: contact.identity)
        }
        if chosen == nil { self.comparison?.asked = now }
    }

    /// The reducers that have not said what they hold, where they are asked.
    var reducersAsked: [Int] {
        comparison.map { comparison in reducers.indices.filter { comparison.inventories[$0] == nil } } ?? []
    }

    /// Messages may be lost: asks again after a while.
    func askAgainIfNeeded() throws {
        if let comparison, now - comparison.asked >= Self.askAgain { try askReducers() }
    }

    /// Takes a reducer's answer in.
    func takeInventory(_ message: IncomingMessage, from peer: RoutingIdentity) throws {
        let inventory = try message.body(as: Inventory.self)
        guard let index = reducers.index(of: peer), index == inventory.index else { return }
        guard inventory.round == comparison?.round, comparison?.inventories[index] == nil else { return }
        let found = try inventory.sections(in: message.payload, limit: inventoryLimit)
        comparison?.inventories[index] = found.filter { owners.reducer(of: $0.key) == index }
        if comparison?.inventories.count == reducers.indices.count { try compare() }
    }

    /// Compares what is held with the plan, whatever the ledger says.
    private func compare() throws {
        guard let comparison else { return }
        self.comparison = nil
        // What people are shown of reducers that have ended is not worth a run.
        try? reducers.keepIntakes()
        inventories = comparison.inventories
        let held = HeldShards(inventories.values.joined())
        var missing: [TaskID] = []
        for task in scheduler.taskIDs {
            let state = scheduler.state(of: task)
            if let result = held.result(of: task, sections: sections.sections(of: task)) {
                // A ledger may be lost or older than what the reducers hold; and they may hold other numbers than those that count.
                if !isOpen || state?.digest != result.digest { schedule(.held(task, by: result.workers, result.digest)) }
            } else if state?.phase == .done {
                missing.append(task)
            }
        }
        if !missing.isEmpty {
            context.logger.warning("the reducers lack \(CountText.of(missing.count, "task")) of those that were done: computed again")
        }
        schedule(missing.isEmpty ? .nothingMissing : .missing(missing))
        guard !isOpen, scheduler.outcome == nil else { return }
        isOpen = true
        isReassigning = false
        for contact in workers.values { if let ready = contact.ready { introduce(ready) } }
    }
}
