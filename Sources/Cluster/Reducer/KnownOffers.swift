import Scheduling

/// What workers said of their parcels: each one's own, for the state machine keeps one offer for all that have the same parcel.
struct KnownOffers {
    /// Workers offer again what is not acknowledged, so an offer that is older is of a worker that is gone.
    static let patience: Int64 = 600_000
    /// More than any cluster has on its way; what is beyond is offered again later.
    private static let most = 1 << 16

    private struct Entry {
        let offer: ParcelOffer
        let time: SchedulerTime
    }

    private var entries: [ParcelID: [WorkerID: Entry]] = [:]
    private var count = 0
    /// When all were looked at last.
    private var looked: SchedulerTime?
    /// Milliseconds between two looks: there may be very many.
    private static let pause: Int64 = 1_000

    /// Keeps an offer.
    ///
    /// - Returns: whether there was room.
    mutating func keep(_ offer: ParcelOffer, at time: SchedulerTime) -> Bool {
        if entries[offer.parcel]?[offer.worker] == nil {
            guard count < Self.most else { return false }
            count += 1
        }
        entries[offer.parcel, default: [:]][offer.worker] = Entry(offer: offer, time: time)
        return true
    }

    /// What a worker said of a parcel.
    func offer(of parcel: ParcelID, by worker: WorkerID) -> ParcelOffer? { entries[parcel]?[worker]?.offer }

    /// Forgets what a worker said of a parcel.
    mutating func forget(_ parcel: ParcelID, of worker: WorkerID) {
        guard entries[parcel]?.removeValue(forKey: worker) != nil else { return }
        count -= 1
        if entries[parcel]?.isEmpty == true { entries[parcel] = nil }
    }

    /// Forgets what was said too long ago; called at every turn, it looks once a second.
    mutating func forgetOld(at now: SchedulerTime) {
        if let looked, now - looked < Self.pause { return }
        looked = now
        for (parcel, offers) in entries {
            for (worker, entry) in offers where now - entry.time > Self.patience { forget(parcel, of: worker) }
        }
    }
}
