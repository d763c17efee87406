import Statistics

/// The parcels in the staging folder, with their sums.
struct StagedParcels: Sendable {
    /// All of them.
    private(set) var offers: [ParcelID: ParcelOffer] = [:]
    /// Those of which other numbers are folded already.
    private(set) var contradicting: Set<ParcelID> = []
    /// Which tasks are audited: their parcels are kept back until the coordinator has set them free.
    private let audits: AuditRule
    /// Those that the coordinator has set free.
    private var released: Set<ParcelID> = []
    private var byTask: [TaskID: Set<ParcelID>] = [:]
    /// Bytes of all.
    private(set) var bytes = 0
    /// Bytes and number of those that may be folded.
    private(set) var foldableBytes = 0
    private(set) var foldableCount = 0

    init(_ offers: [ParcelOffer], audits: AuditRule) {
        self.audits = audits
        for offer in offers { add(offer) }
    }

    /// Adds a parcel; of copies the first stays.
    mutating func add(_ offer: ParcelOffer) {
        guard offers[offer.parcel] == nil else { return }
        change(offer.parcel) { $0.offers[offer.parcel] = offer }
        byTask[offer.parcel.task, default: []].insert(offer.parcel)
        bytes += offer.size
    }

    @discardableResult
    mutating func remove(_ parcel: ParcelID) -> ParcelOffer? {
        guard let offer = offers[parcel] else { return nil }
        change(parcel) { $0.offers[parcel] = nil }
        contradicting.remove(parcel)
        released.remove(parcel)
        byTask[parcel.task]?.remove(parcel)
        if byTask[parcel.task]?.isEmpty == true { byTask[parcel.task] = nil }
        bytes -= offer.size
        return offer
    }

    /// A held parcel may be folded.
    mutating func release(_ parcel: ParcelID) {
        guard offers[parcel] != nil else { return }
        change(parcel) { $0.released.insert(parcel) }
    }

    /// Whether other numbers than a parcel's are folded.
    mutating func set(_ parcel: ParcelID, contradicts: Bool) {
        guard offers[parcel] != nil else { return }
        change(parcel) { if contradicts { $0.contradicting.insert(parcel) } else { $0.contradicting.remove(parcel) } }
    }

    /// The parcels of a task, in an order that is the same everywhere.
    func parcels(of task: TaskID) -> [ParcelID] { (byTask[task] ?? []).sorted { $0.digest.hex < $1.digest.hex } }

    /// The parcel of a task that has the right numbers, where it is here and the coordinator has said so.
    func right(of task: TaskID) -> ParcelOffer? { byTask[task]?.first(where: released.contains).flatMap { offers[$0] } }

    /// What may be folded, one copy of a task: of two with different integers the first is folded, as if the other came later.
    var foldable: [ParcelID] {
        var tasks: Set<TaskID> = []
        let ready = offers.keys.filter(isFoldable).sorted { ($0.task, $0.digest.hex) < ($1.task, $1.digest.hex) }
        return ready.filter { tasks.insert($0.task).inserted }
    }

    private func isFoldable(_ parcel: ParcelID) -> Bool {
        guard offers[parcel] != nil, !contradicting.contains(parcel) else { return false }
        return released.contains(parcel) || !audits.contains(parcel.task)
    }

    /// Changes a parcel and keeps the sums right.
    private mutating func change(_ parcel: ParcelID, _ change: (inout Self) -> Void) {
        if isFoldable(parcel) { count(parcel, -1) }
        change(&self)
        if isFoldable(parcel) { count(parcel, 1) }
    }

    private mutating func count(_ parcel: ParcelID, _ sign: Int) {
        foldableBytes += sign * (offers[parcel]?.size ?? 0)
        foldableCount += sign
    }
}
