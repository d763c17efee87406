/// Offers for which there is no room yet, in the order in which they came; one for each parcel and worker.
struct WaitingOffers: Sendable {
    private struct Key: Hashable {
        let parcel: ParcelID
        let worker: WorkerID
    }

    private var numbers: [Key: Int] = [:]
    private var offers: [Int: ParcelOffer] = [:]
    private var byParcel: [ParcelID: Set<WorkerID>] = [:]
    private var byWorker: [WorkerID: Set<ParcelID>] = [:]
    /// The numbers of the first offer and of the next one; between them some may be gone.
    private var (low, high) = (0, 0)

    var count: Int { offers.count }
    var isEmpty: Bool { offers.isEmpty }

    /// Adds an offer behind the others; one that waits already keeps its place.
    ///
    /// - Parameter most: offers of a worker beyond which no more are kept: it offers again.
    mutating func append(_ offer: ParcelOffer, most: Int) {
        guard byWorker[offer.worker, default: []].count < most else { return }
        if enter(offer, number: high) { high += 1 }
    }

    /// Adds offers before the others.
    mutating func prepend(_ more: [ParcelOffer]) {
        for offer in more.reversed() where enter(offer, number: low - 1) { low -= 1 }
    }

    private mutating func enter(_ offer: ParcelOffer, number: Int) -> Bool {
        let key = Key(parcel: offer.parcel, worker: offer.worker)
        guard numbers[key] == nil else { return false }
        numbers[key] = number
        offers[number] = offer
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
        return offers.removeValue(forKey: number)
    }

    /// Takes all offers of a parcel out, by worker's name.
    mutating func removeAll(of parcel: ParcelID) -> [ParcelOffer] {
        (byParcel[parcel] ?? []).sorted().compactMap { remove(parcel, of: $0) }
    }
}
