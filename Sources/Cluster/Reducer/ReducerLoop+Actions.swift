import Scheduling
import Statistics

extension ReducerLoop {
    /// Milliseconds for which a parcel that is coming is not asked for again, however often its worker offers it.
    private static let arrivalPause: Int64 = 5_000

    /// Tells the state machine what happened and does what it wants.
    func handle(_ event: ReducerEvent) throws {
        guard let session else { return }
        for action in session.machine.handle(event, at: now) { try perform(action, session) }
    }

    private func perform(_ action: ReducerAction, _ session: ReducerSession) throws {
        switch action {
        case .invite(let parcel, let worker): try invite(parcel, worker, session)
        case .acknowledge(let parcel, let worker):
            session.offers.forget(parcel, of: worker)
            try answer(.acknowledge, parcel, to: worker)
        case .passOver(let parcel, let worker):
            counters.count { $0.passedOver += 1 }
            logger.debug("task \(parcel.task): the integers of \(LogText.line(worker.name)) are passed over, another worker's came first")
        case .refuse(let parcel, let worker, let reason):
            session.offers.forget(parcel, of: worker)
            counters.count { $0.broken += 1 }
            logger.warning("the bytes of task \(parcel.task) from \(LogText.line(worker.name)) are not taken: \(LogText.line(reason))")
            try answer(.refuse, ParcelRefusal(parcel: parcel, reason: reason), to: worker)
        case .stage(let parcel):
            if let arrival = session.arrivals[parcel] { session.disk.stage(arrival: arrival.number) }
        case .forget(let parcel):
            if let arrival = session.arrivals.removeValue(forKey: parcel) { session.disk.forget(arrival: arrival.number) }
        case .fold(let parcels):
            session.foldBegan = now
            session.folding.fold(parcels)
        case .unstage(let parcels): session.disk.unstage(parcels)
        case .empty(let sections):
            logger.warning("\(sections.count) sections hold wrong numbers and are computed again")
            session.disk.empty(sections)
        case .report(let disagreement): try report(disagreement)
        case .pause(let reason):
            counters.count { $0.diskFailures += 1 }
            guard diskNews.pause(reason) else { return }
            logger.error("no parcels are taken for the time being: \(reason)")
            // The coordinator hears of it at once.
            shown = nil
        // It is tried again, no more.
        case .resume: break
        case .flushed:
            guard let round = session.machine.round else { return }
            session.folding.takeInventory(session.machine.folded, of: session.sections, round: round)
        }
    }

    private func invite(_ parcel: ParcelID, _ worker: WorkerID, _ session: ReducerSession) throws {
        if let arrival = session.arrivals[parcel], arrival.offer.worker == worker {
            // The state machine asks again because the worker offered again; where bytes are coming there is no need.
            if arrival.isComplete { return }
            if let heard = arrival.heard, now - heard < Self.arrivalPause { return }
        } else {
            guard let offer = session.offers.offer(of: parcel, by: worker) else { return }
            session.arrivalCount += 1
            session.arrivals[parcel] = Arrival(number: session.arrivalCount, offer: offer)
        }
        try answer(.invite, parcel, to: worker)
    }

    /// Tells the coordinator that two workers' integers differ.
    func report(_ disagreement: ShardDisagreement) throws {
        counters.count { $0.disagreements += 1 }
        let workers = disagreement.workers.map { LogText.line($0.name) }.joined(separator: " and ")
        note("disagreement", "\(workers) have different integers of shard \(disagreement.shard), section \(disagreement.section)")
        try send(.disagreement, disagreement)
    }

    // MARK: - The disk

    /// Takes in what the disk's threads say.
    func take(_ report: DiskReport) throws {
        guard let session else { return }
        switch report {
        case .verified(let number):
            if let offer = session.arrival(number)?.offer { try handle(.arrived(offer.parcel, from: offer.worker)) }
        case .broken(let number, let reason):
            if let offer = session.arrival(number)?.offer { try handle(.broken(offer.parcel, from: offer.worker, reason: reason)) }
        case .staged(let number):
            guard let offer = session.arrival(number)?.offer else { return }
            counters.count {
                $0.staged += 1
                $0.stagedBytes += offer.bytes
            }
            noteTaken()
            try handle(.staged(offer.parcel))
        case .stagingFailed(let number, let reason):
            if let offer = session.arrival(number)?.offer { try handle(.stagingFailed(offer.parcel, reason: reason)) }
        case .folded(let parcels):
            let time = now - session.foldBegan
            counters.count {
                $0.folded += parcels.count
                $0.folds += 1
                $0.foldMilliseconds += time
            }
            noteTaken()
            try handle(.folded(parcels))
        case .foldFailed(let failure): try take(failure)
        case .emptied(let sections): try handle(.emptied(sections))
        case .emptyingFailed(let sections, let reason):
            logger.error("sections with wrong numbers cannot be removed: \(reason)")
            try handle(.emptyingFailed(sections, reason: reason))
        case .inventory(let round, let body, let payload):
            // The coordinator may need no more of it: what has come since the last sign of life would not be known.
            try showFigures()
            try send(.inventory, Inventory(index: session.identity.index, round: round, bytes: body.bytes), payload: payload)
        case .piece(let piece, let payload): try send(.filePiece, piece, payload: [payload])
        case .lost(let error): throw error
        }
    }

    /// The disk has taken something.
    private func noteTaken() {
        guard diskNews.take() else { return }
        logger.notice("parcels are taken again")
        // The coordinator hears of it at once.
        shown = nil
    }

    private func take(_ failure: FoldFailure) throws {
        if let damage = failure.storeDamage { throw damage }
        for disagreement in failure.disagreements { try report(disagreement) }
        try handle(.foldFailed(reason: failure.reason, folded: failure.folded))
        for parcel in failure.unusable { logger.warning("task \(parcel.task) cannot be folded and is computed again") }
        if !failure.unusable.isEmpty { try handle(.damaged(failure.unusable, reason: failure.reason)) }
    }
}
