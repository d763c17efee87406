import Statistics
import Storage

/// How a reducer takes parcels in and folds each exactly once: a state machine of pure values, without clock, socket or file.
///
/// A parcel is offered, invited when there is room for it, arrives, is staged (written and synced), acknowledged, and folded together with
/// others. What is acknowledged is on the disk. Whether a shard is in a section is decided by the section's own table alone, so a crash at
/// any moment neither loses nor repeats anything: after it the machine starts with the tables and the staged parcels that the disk holds.
///
/// Other integers of a shard than those that are folded are reported and staged, but not folded: which are right is decided by a third
/// computation. Where integers are not compared (`kernels: any`) the first copy that was staged stands, and later ones are acknowledged and
/// passed over.
public struct ReducerMachine: Sendable {
    /// A parcel on its way.
    struct Arrival: Sendable {
        /// Whoever was told to send it.
        let sender: WorkerID
        /// The offers of all workers that have it and wait for an answer.
        var offers: [WorkerID: ParcelOffer]
        /// Whether all of its bytes are here and are being written.
        var isWriting = false
        /// When some of it came last, or it was invited first.
        var heard: SchedulerTime
        /// When it was invited last.
        var invited: SchedulerTime
        /// Whether other numbers were folded when it was invited.
        let contradicts: Bool

        var size: Int { offers[sender]?.size ?? 0 }
    }

    /// How much it holds.
    public let policy: ReducerPolicy
    /// Whether copies with other integers are wrong.
    let comparesIntegers: Bool
    /// The shards of each section.
    public internal(set) var folded: [SectionKey: [Int: FoldedShard]]
    /// Why nothing is taken; nil while parcels are.
    public private(set) var pausedBecause: String?
    private var pausedUntil = SchedulerTime.zero
    var store: StagedParcels
    var arriving: [ParcelID: Arrival] = [:]
    var waiting = WaitingOffers()
    /// When offers that wait were last looked through for old ones.
    var offersChecked = SchedulerTime.zero
    /// When each worker sent a piece last that was asked for; who has sent none within the patience for takeovers is not in it.
    var lastPieces: [WorkerID: SchedulerTime] = [:]
    var folding: Set<ParcelID> = []
    /// What was found wrong or damaged while it was being folded.
    var droppedInFold: Set<ParcelID> = []
    var emptying: Set<SectionKey> = []
    /// Sections that have to be emptied again, because the disk refused.
    var emptyAgain: Set<SectionKey> = []
    var wrong: [WrongNumbers] = []
    var isFlushing = false
    /// The last round of flushing that was asked for.
    public internal(set) var round: Int?
    /// Whether offers that wait may find room now.
    var hasNewRoom = false
    /// Bytes on their way or in memory.
    public internal(set) var bytesInFlight = 0

    /// - Parameters:
    ///   - audits: which tasks are computed twice: their parcels are folded only once the coordinator has said which numbers are right.
    ///   - comparesIntegers: whether all workers have the same integers of a task; without it nothing may be audited.
    ///   - folded: the sections' tables of shards, as the disk has them.
    ///   - staged: the parcels in the staging folder, whole.
    public init(
        policy: ReducerPolicy, audits: AuditRule = AuditRule(share: 0), comparesIntegers: Bool = true,
        folded: [SectionKey: [Int: FoldedShard]] = [:], staged: [ParcelOffer] = []
    ) {
        self.policy = policy
        self.comparesIntegers = comparesIntegers
        self.folded = folded
        store = StagedParcels(staged, audits: audits)
        for offer in staged where disagreement(with: offer) != nil { store.set(offer.parcel, contradicts: true) }
    }

    /// The parcels in the staging folder.
    public var staged: [ParcelID: ParcelOffer] { store.offers }

    /// Bytes in the staging folder.
    public var stagedBytes: Int { store.bytes }

    /// How many offers wait for room.
    public var offersWaiting: Int { waiting.count }

    /// The parcels that are being folded.
    public var parcelsFolding: Int { folding.count }

    /// Takes an event in.
    ///
    /// - Returns: what is to be done, in this order.
    public mutating func handle(_ event: ReducerEvent, at now: SchedulerTime) -> [ReducerAction] {
        var actions: [ReducerAction] = []
        var offered: ParcelOffer?
        switch event {
        case .offered(let offer):
            isFlushing = false
            offered = offer
        case .progressed(let parcel, let worker):
            // By far the most frequent event, and nothing follows from it.
            if arriving[parcel]?.sender == worker {
                arriving[parcel]?.heard = now
                lastPieces[worker] = now
            }
            return []
        case .arrived(let parcel, let worker): arrive(parcel, from: worker, &actions)
        case .broken(let parcel, let worker, let reason): refuse(parcel, from: worker, reason, at: now, &actions)
        case .staged(let parcel): stage(parcel, &actions)
        case .stagingFailed(let parcel, let reason):
            if let arrival = removeArrival(parcel) {
                // The workers still have it; they are asked again when the disk takes something.
                waiting.prepend(arrival.sortedOffers, at: now)
                actions.append(.forget(parcel))
            }
            pause(reason, at: now, &actions)
        case .folded(let parcels): fold(parcels, &actions)
        case .foldFailed(let reason, let sections):
            enter(sections, &actions)
            pause(reason, at: now, &actions)
        case .damaged(let parcels, _): for parcel in parcels { drop(parcel, &actions) }
        case .released(let parcel): release(parcel, &actions)
        case .discarded(let parcel): drop(parcel, &actions)
        case .emptied(let sections): forget(sections)
        case .emptyingFailed(let sections, let reason):
            emptyAgain.formUnion(emptying.intersection(sections))
            pause(reason, at: now, &actions)
        case .flush(let round, let wrong): flush(round, wrong, &actions)
        case .tick: dropStale(at: now, &actions)
        }
        if pausedBecause != nil, now >= pausedUntil {
            pausedBecause = nil
            hasNewRoom = true
            actions.append(.resume)
        }
        emptyWrong(&actions)
        startFold(&actions)
        if let offered { answer(offered, at: now, &actions) }
        admit(at: now, &actions)
        return actions
    }

    // MARK: - The disk

    private mutating func pause(_ reason: String, at now: SchedulerTime, _ actions: inout [ReducerAction]) {
        pausedUntil = now + policy.diskPatience
        guard pausedBecause != reason else { return }
        pausedBecause = reason
        actions.append(.pause(reason: reason))
    }

    // MARK: - What is held

    /// Where a parcel's numbers differ from those that are folded; nil where they do not.
    func disagreement(with offer: ParcelOffer) -> ShardDisagreement? {
        guard comparesIntegers else { return nil }
        let shard = offer.parcel.task.shard
        for section in offer.sections where !emptying.contains(section.key) {
            guard let known = folded[section.key]?[shard], known.checksum != section.checksum else { continue }
            return ShardDisagreement(section: section.key, shard: shard, workers: [known.worker, offer.worker], parcel: offer.parcel)
        }
        return nil
    }

    /// Whether a parcel is held already, staged or folded; where integers are not compared, any copy of its task will do.
    func holds(_ offer: ParcelOffer) -> Bool {
        if store.offers[offer.parcel] != nil { return true }
        if !comparesIntegers, !store.parcels(of: offer.parcel.task).isEmpty { return true }
        return isFolded(offer)
    }

    /// Whether all of a parcel's sections are folded.
    func isFolded(_ offer: ParcelOffer) -> Bool {
        offer.sections.allSatisfy { section in
            guard !emptying.contains(section.key), let known = folded[section.key]?[offer.parcel.task.shard] else { return false }
            return !comparesIntegers || known.checksum == section.checksum
        }
    }

    /// Whether another copy stands, with other integers, where these are not compared.
    func isPassedOver(_ offer: ParcelOffer) -> Bool {
        guard !comparesIntegers, store.offers[offer.parcel] == nil, holds(offer) else { return false }
        return !offer.sections.allSatisfy { folded[$0.key]?[offer.parcel.task.shard]?.checksum == $0.checksum }
    }
}

extension ReducerMachine.Arrival {
    /// The offers of all workers that have the parcel, by name.
    var sortedOffers: [ParcelOffer] { offers.sorted { $0.key < $1.key }.map(\.value) }
}
