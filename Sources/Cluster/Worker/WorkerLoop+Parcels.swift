import Pipeline
import Scheduling
import Storage

extension WorkerLoop {
    /// Milliseconds between two offers of the same parcel.
    private static let offerPatience: Int64 = 3_000
    /// How often a reducer may find a parcel's bytes wrong.
    private static let refusals = 3

    /// Connects to reducers that are new, or elsewhere than before.
    func connectReducers(_ addresses: [ReducerAddress]) throws {
        for address in addresses where reducers[address.index]?.address != address {
            reducers[address.index]?.socket.close()
            reducers[address.index] = nil
            do {
                reducers[address.index] = try ReducerLink(
                    address, worker: link.name, queuedPieces: ParcelTraffic.queuedPieces(reducers: owners.reducers.count),
                    security: settings.security, context: context, counters: reducerTransport, sender: link.sender)
            } catch {
                // It may come back elsewhere; the coordinator says where with every answer.
                log.warning("reducer \(address.index) at \(address.endpoint) cannot be reached: \(error)")
            }
            for parcel in outgoing.keys { outgoing[parcel]?.parts[address.index]?.offered = nil }
        }
    }

    /// Offers what waits and sends what is invited.
    func send() throws {
        let now = clock.now
        for (index, reducer) in reducers {
            do {
                // What is sent to its end is offered again only if nothing is heard of it.
                for parcel in try reducer.pump() {
                    outgoing[parcel]?.parts[index]?.offered = now
                    tally.sent += 1
                }
            } catch let error as StorageError {
                try failUnreadable(reducer, error)
            }
            offers: for (parcel, task) in outgoing {
                guard let part = task.parts[index], !reducer.isSending(parcel),
                    part.offered.map({ now - $0 >= Self.offerPatience }) ?? true
                else { continue }
                switch try reducer.offer(part.offer) {
                case .sent: outgoing[parcel]?.parts[index]?.offered = now
                case .full, .unknownPeer: break offers
                case .dropped(let error): try failParcel(parcel, "its sections are too many for one message: \(error.message)")
                }
            }
        }
    }

    /// Does what a reducer says.
    func handle(_ message: IncomingMessage, from index: Int) throws {
        switch message.kind {
        case .invite:
            let parcel = try message.body(as: ParcelID.self)
            if let part = outgoing[parcel]?.parts[index] { reducers[index]?.begin(parcel, part.file) }
        case .acknowledge:
            let parcel = try message.body(as: ParcelID.self)
            guard outgoing[parcel] != nil else { return }
            reducers[index]?.cancel(parcel)
            if let part = outgoing[parcel]?.parts.removeValue(forKey: index) {
                tally.acknowledged += 1
                tally.acknowledgedBytes += part.file.count
            }
            try reportIfDelivered(parcel)
        case .refuse: try handle(try message.body(as: ParcelRefusal.self), from: index)
        default: link.refusals.count("kind", "reducer \(index) sent a message of kind \(message.kind.rawValue)")
        }
    }

    private func handle(_ refusal: ParcelRefusal, from index: Int) throws {
        let parcel = refusal.parcel
        guard outgoing[parcel]?.parts[index] != nil else { return }
        log.warning("reducer \(index) refused a parcel of task \(parcel.task): \(refusal.reason)")
        reducers[index]?.cancel(parcel)
        // Another coordinator, or one with another plan, is about to welcome this worker: the reducer may have heard of it first.
        guard isIntroduced else {
            outgoing[parcel]?.parts[index]?.offered = clock.now
            return
        }
        outgoing[parcel]?.parts[index]?.offered = nil
        outgoing[parcel]?.parts[index]?.refusals += 1
        tally.refused += 1
        guard let count = outgoing[parcel]?.parts[index]?.refusals, count >= Self.refusals else { return }
        try failParcel(parcel, "reducer \(index) refused its numbers \(count) times: \(refusal.reason)")
    }

    /// Reports a task that every reducer has.
    func reportIfDelivered(_ parcel: ParcelID) throws {
        guard outgoing[parcel]?.parts.isEmpty == true else { return }
        outgoing[parcel] = nil
        for lease in leases where lease.open.contains(parcel.task) {
            let report = TaskReport(worker: link.name, lease: lease.lease.id, task: parcel.task, digest: parcel.digest)
            try settle(parcel.task, .done(report), under: lease.lease.id)
        }
    }

    /// Forgets a parcel.
    func dropParcel(_ parcel: ParcelID) {
        outgoing[parcel] = nil
        for reducer in reducers.values { reducer.cancel(parcel) }
    }

    private func failParcel(_ parcel: ParcelID, _ reason: String) throws {
        dropParcel(parcel)
        for lease in leases where lease.open.contains(parcel.task) { try fail(parcel.task, under: lease.lease.id, reason) }
    }

    /// The scratch folder's disk gives a parcel back no more: its task is computed again, wherever.
    private func failUnreadable(_ reducer: ReducerLink, _ error: StorageError) throws {
        guard let parcel = reducer.first else { return }
        try failParcel(parcel, "what was computed cannot be read back: \(error)")
    }
}
