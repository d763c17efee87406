/// Offers for which there is no room yet, in the order in which they came; one for each parcel and worker.
struct WaitingOffers: Sendable {
    private struct Key: Hashable {
        let parcel: ParcelID
        let worker: WorkerID
    }

    private var numbers: [Key: Int] = [:]
    private var offers: [Int: ParcelOffer] = [:]
    /// When each was made or repeated last.
    private var renewed: [Int: SchedulerTime] = [:]
    private var byParcel: [ParcelID: Set<WorkerID>] = [:]
    private var byWorker: [WorkerID: Set<ParcelID>] = [:]
    /// The numbers of the first offer and of the next one; between them some may be gone.
    private var (low, high) = (0, 0)

    var count: Int { offers.count }
    var isEmpty: Bool { offers.isEmpty }

    /// Adds an offer behind the others; one that waits already keeps its place.
    ///
    /// - Parameter most: offers of a worker beyond which no more are kept: it offers again.
    mutating func append(_ offer: ParcelOffer, most: Int, at now: SchedulerTime) {
        if let number = numbers[Key(parcel: offer.parcel, worker: offer.worker)] {
            renewed[number] = now
            return
        }
        guard byWorker[offer.worker, default: []].count < most else { return }
        if enter(offer, number: high, at: now) { high += 1 }
    }

    /// Adds offers before the others.
    mutating func prepend(_ more: [ParcelOffer], at now: SchedulerTime) {
        for offer in more.reversed() where enter(offer, number: low - 1, at: now) { low -= 1 }
    }

    /// Drops offers that nobody has repeated within a patience.
    ///
    /// - Returns: whether there were any.
    mutating func dropStale(at now: SchedulerTime, patience: Int64) -> Bool {
        let stale = renewed.filter { now - $0.value > patience }.keys.compactMap { offers[$0] }
        for offer in stale { remove(offer.parcel, of: offer.worker) }
        return !stale.isEmpty
    }

    private mutating func enter(_ offer: ParcelOffer, number: Int, at now: SchedulerTime) -> Bool {
        let key = Key(parcel: offer.parcel, worker: offer.worker)
        guard numbers[key] == nil else { return false }
        numbers[key] = number
        offers[number] = offer
        renewed[number] = now
        byParcel[offer.parcel, default: []].insert(offer.worker)
        byWorker[offer.worker, default: []].insert(offer.parcel)
        return true
    }

    /// The offer that waits for longest.
    mutating func first() -> ParcelOffer? {
        while low < high {
            if let offer = offers[low] { return offer }
            low += 1
        }
        return nil
    }

    /// Takes the offer of a worker out.
    @discardableResult
    mutating func remove(_ parcel: ParcelID, of worker: WorkerID) -> ParcelOffer? {
        guard let number = numbers.removeValue(forKey: Key(parcel: parcel, worker: worker)) else { return nil }
        byParcel[parcel]?.remove(worker)
        if byParcel[parcel]?.isEmpty == true { byParcel[parcel] = nil }
        byWorker[worker]?.remove(parcel)
        if byWorker[worker]?.isEmpty == true { byWorker[worker] = nil }
        renewed[number] = nil
        return offers.removeValue(forKey: number)
    }

    /// Takes all offers of a parcel out, by worker's name.
    mutating func removeAll(of parcel: ParcelID) -> [ParcelOffer] {
        (byParcel[parcel] ?? []).sorted().compactMap { remove(parcel, of: $0) }
    }
}
