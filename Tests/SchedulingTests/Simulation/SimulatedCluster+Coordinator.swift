import Scheduling
import Statistics

extension SimulatedCluster {
    /// The coordinator takes an event in. Records are in the ledger before anything is sent.
    func schedule(_ event: SchedulerEvent) {
        for action in scheduler.handle(event, at: time) {
            switch action {
            case .record(let record): records.append((record, time))
            case .grant(let lease, let worker): send(.lease(lease), from: .coordinator, to: .worker(worker))
            case .revoke(let lease, let worker): send(.revoke(lease), from: .coordinator, to: .worker(worker))
            case .release, .discard: sendVerdict(action)
            case .compareWithPlan:
                round += 1
                inventories = [:]
                askReducers()
            case .finish(let outcome): self.outcome = outcome
            }
        }
    }

    /// Asks those reducers for what they hold that have not answered.
    func askReducers() {
        guard let inventories else { return }
        for verdict in scheduler.verdicts { sendVerdict(verdict) }
        for index in reducers.indices where inventories[index] == nil {
            let wrong = scheduler.verdicts.compactMap { verdict -> WrongNumbers? in
                guard case .discard(let task, let digest, let worker) = verdict else { return nil }
                let keys = SimulatedWorker.sections(of: task, reducer: index, digest: digest).map(\.key)
                return WrongNumbers(task: task, worker: worker, sections: keys)
            }
            send(.flush(round: round, wrong: wrong), from: .coordinator, to: .reducer(index))
        }
    }

    func takeInventory(of reducer: Int, round: Int, _ held: [SectionKey: Set<Int>]) {
        guard round == self.round, inventories != nil else { return }
        inventories?[reducer] = held
        guard let all = inventories, all.count == reducers.count else { return }
        inventories = nil
        let missing = scheduler.taskIDs.filter { task in
            reducers.indices.contains { index in
                let sections = SimulatedWorker.sections(of: task, reducer: index, digest: SimulatedWorker.digest(of: task))
                return sections.contains { all[index]?[$0.key]?.contains(task.shard) != true }
            }
        }
        schedule(missing.isEmpty ? .nothingMissing : .missing(missing))
    }

    private func sendVerdict(_ action: SchedulerAction) {
        for index in reducers.indices {
            switch action {
            case .release(let task, let digest):
                send(.verdict(.released(ParcelID(task: task, digest: digest))), from: .coordinator, to: .reducer(index))
            case .discard(let task, let digest, _):
                send(.verdict(.discarded(ParcelID(task: task, digest: digest))), from: .coordinator, to: .reducer(index))
            default: break
            }
        }
    }
}
