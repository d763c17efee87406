import Scheduling
import Statistics
import Storage

extension SimulatedCluster {
    /// The coordinator takes an event in. Records are in the ledger before anything is sent.
    func schedule(_ event: SchedulerEvent) {
        for action in scheduler.handle(event, at: time) {
            switch action {
            case .record(let record): records.append((record, time))
            case .grant(let lease, let worker): send(.lease(lease), from: .coordinator, to: .worker(worker))
            case .revoke(let lease, let worker): send(.revoke(lease), from: .coordinator, to: .worker(worker))
            case .release, .discard: sendVerdict(action)
            case .compareWithPlan: if inventories == nil { startComparison() }
            case .finish(.cancelled): queue.add(.resumption, at: now + Int64.random(in: 10...800, using: &generator))
            case .finish(let outcome): self.outcome = outcome
            }
        }
    }

    /// What a worker says. Before a coordinator gives anything, it only notices who lives, like a real one: workers say it again.
    func hear(_ event: SchedulerEvent) {
        switch event {
        case .workerJoined(let worker, _), .workerReady(let worker, _), .heartbeat(let worker, _, _, _):
            schedule(isOpen ? event : .heard(worker))
        default: schedule(event)
        }
    }

    func startComparison() {
        round += 1
        inventories = [:]
        askReducers()
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

    func takeInventory(of reducer: Int, round: Int, _ held: [SectionKey: [Int: FoldedShard]]) {
        guard round == self.round, inventories != nil else { return }
        inventories?[reducer] = held
        guard let all = inventories, all.count == reducers.count else { return }
        inventories = nil
        var missing: [TaskID] = []
        for task in scheduler.taskIDs {
            if let result = result(of: task, in: all) {
                if scheduler.state(of: task)?.digest != result.digest { schedule(.held(task, by: result.workers, result.digest)) }
            } else {
                missing.append(task)
            }
        }
        schedule(missing.isEmpty ? .nothingMissing : .missing(missing))
        isOpen = true
    }

    /// What the reducers hold of a task; nil unless it is all of its sections.
    private func result(of task: TaskID, in all: [Int: [SectionKey: [Int: FoldedShard]]]) -> (workers: Set<WorkerID>, digest: Digest)? {
        var rows: [FoldedShard] = []
        for index in reducers.indices {
            for section in SimulatedWorker.sections(of: task, reducer: index, digest: SimulatedWorker.digest(of: task)) {
                guard let row = all[index]?[section.key]?[task.shard] else { return nil }
                rows.append(row)
            }
        }
        let families = (0...1).map { SimulatedWorker.digest(of: task, family: $0) }
        let digests = families + rows.map { SimulatedWorker.digest(of: task, lie: $0.worker) }
        let digest = digests.first { digest in
            let sections = reducers.indices.flatMap { SimulatedWorker.sections(of: task, reducer: $0, digest: digest) }
            return sections.map(\.checksum) == rows.map(\.checksum)
        }
        // Sections of different workers that do not fit together have a digest that nobody has.
        return (Set(rows.map(\.worker)), digest ?? Digest(of: rows.flatMap(\.checksum.bytes)))
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
