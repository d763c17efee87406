import Scheduling
import Statistics

extension SimulatedCluster {
    /// A reducer takes an event in.
    func reduce(_ event: ReducerEvent, at index: Int) {
        let place = SimulatedPlace.reducer(index)
        let actions = reducers[index].machine.handle(event, at: time)
        if case .offered(let offer) = event, actions.contains(.forget(offer.parcel)) { takeovers += 1 }
        for action in actions {
            switch action {
            case .invite(let parcel, let worker):
                reducers[index].senders[parcel] = worker
                send(.invite(parcel, reducer: index), from: place, to: .worker(worker))
            case .acknowledge(let parcel, let worker): send(.acknowledgement(parcel, reducer: index), from: place, to: .worker(worker))
            case .passOver: reducers[index].passedOver += 1
            case .refuse(let parcel, let worker, _): send(.refusal(parcel, reducer: index), from: place, to: .worker(worker))
            case .stage(let parcel): later(.stage(parcel), at: index)
            case .forget: break
            case .fold(let parcels): beginFold(parcels, at: index)
            case .unstage(let parcels): for parcel in parcels { reducers[index].disk.staged[parcel] = nil }
            case .empty(let sections): later(.empty(sections), at: index)
            case .report(let disagreement):
                guard let parcel = disagreement.parcel, disagreement.workers.count == 2 else { break }
                let event = SchedulerEvent.contradicted(
                    parcel.task, held: disagreement.workers[0], offered: disagreement.workers[1], parcel.digest)
                send(.scheduler(event), from: place, to: .coordinator)
            case .pause, .resume: break
            case .flushed:
                guard let round = reducers[index].machine.round else { break }
                let held = reducers[index].machine.folded
                if held != reducers[index].disk.folded { problems.append("a reducer does not know its disk") }
                send(.inventory(reducer: index, round: round, held), from: place, to: .coordinator)
            }
        }
        if reducers[index].machine.bytesInFlight > SimulatedReducer.policy.window {
            problems.append("a reducer holds more than its window")
        }
    }

    private func later(_ step: DiskStep, at index: Int, after delay: Int64 = 0) {
        queue.add(.disk(index, life: reducers[index].life, step), at: now + delay + Int64.random(in: 1...30, using: &generator))
    }

    /// A fold writes section after section: a crash may come between any two.
    private func beginFold(_ parcels: [ParcelID], at index: Int) {
        if Set(parcels.map(\.task)).count < parcels.count { problems.append("two parcels of a task are in one fold") }
        var delay: Int64 = 40
        var written: [SectionKey: [ParcelID]] = [:]
        for parcel in parcels {
            guard let offer = reducers[index].disk.staged[parcel] else {
                problems.append("a parcel is folded that is not on the disk")
                continue
            }
            if reducers[index].completed.contains(parcel) { problems.append("\(parcel.task) is folded again") }
            if !isCalm, generator.chance(settings.damage) {
                later(.foldStop(written, damaged: parcel), at: index, after: delay)
                return
            }
            for section in offer.sections {
                later(.foldSection(parcel, section), at: index, after: delay)
                written[section.key, default: []].append(parcel)
                delay += 40
            }
            if !isCalm, generator.chance(settings.diskFailure) {
                later(.foldStop(written, damaged: nil), at: index, after: delay)
                return
            }
        }
        later(.foldEnd(parcels), at: index, after: delay)
    }

    func write(_ step: DiskStep, at index: Int) {
        switch step {
        case .stage(let parcel):
            if !isCalm, generator.chance(settings.diskFailure) {
                reduce(.stagingFailed(parcel, reason: "no space"), at: index)
            } else {
                let sender = reducers[index].senders[parcel]
                reducers[index].disk.staged[parcel] = sender.flatMap { reducers[index].offers[parcel]?[$0] }
                reduce(.staged(parcel), at: index)
            }
        case .foldSection(let parcel, let section):
            let worker = reducers[index].disk.staged[parcel]?.worker
            let shard = parcel.task.shard
            if let known = reducers[index].disk.folded[section.key]?[shard] {
                // Where integers are not compared those that are there stay.
                let mayDiffer = settings.areFamiliesMixed
                if known.checksum != section.checksum, !mayDiffer {
                    problems.append("other numbers are folded over those of \(parcel.task)")
                }
            } else if let worker {
                reducers[index].disk.folded[section.key, default: [:]][shard] = FoldedShard(checksum: section.checksum, worker: worker)
                reducers[index].disk.folds[section.key, default: [:]][shard, default: 0] += 1
            }
        case .foldEnd(let parcels):
            reducers[index].completed.formUnion(parcels)
            reduce(.folded(parcels), at: index)
        case .foldStop(let written, let damaged):
            reduce(.foldFailed(reason: "no space", folded: written), at: index)
            if let damaged { reduce(.damaged([damaged], reason: "checksum"), at: index) }
        case .empty(let sections):
            if !isCalm, generator.chance(settings.diskFailure) {
                return reduce(.emptyingFailed(sections, reason: "read-only"), at: index)
            }
            for section in sections {
                reducers[index].disk.folded[section] = nil
                reducers[index].disk.folds[section] = nil
            }
            reducers[index].completed = []
            reduce(.emptied(sections), at: index)
        }
    }
}
