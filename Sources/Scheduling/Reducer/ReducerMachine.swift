import Statistics
import Storage

/// How a reducer takes parcels in and folds each exactly once: a state machine of pure values, without clock, socket or file.
///
/// A parcel is offered, invited when there is room for it, arrives, is staged (written and synced), acknowledged, and folded together with
/// others. What is acknowledged is on the disk. Whether a shard is in a section is decided by the section's own table alone, so a crash at
/// any moment neither loses nor repeats anything: after it the machine starts with the tables and the staged parcels that the disk holds.
public struct ReducerMachine: Sendable {
    /// A parcel on its way.
    struct Arrival: Sendable, Hashable {
        var offer: ParcelOffer
        /// All workers that offered it and wait for an answer.
        var workers: Set<WorkerID>
        /// Whether all of its bytes are here and are being written.
        var isWriting = false
        /// When its worker was heard of last.
        var heard: SchedulerTime
    }

    /// How much it holds.
    public let policy: ReducerPolicy
    /// The shards of each section.
    public private(set) var folded: [SectionKey: [Int: FoldedShard]]
    /// The parcels in the staging folder.
    public private(set) var staged: [ParcelID: ParcelOffer]
    /// Why nothing is taken; nil while parcels are.
    public private(set) var pausedBecause: String?
    private var pausedUntil = SchedulerTime.zero
    private var arriving: [ParcelID: Arrival] = [:]
    private var waiting: [ParcelOffer] = []
    private var folding: Set<ParcelID> = []
    private var emptying: Set<SectionKey> = []
    private var wrong: [WrongNumbers] = []
    private var isFlushing = false

    /// - Parameters:
    ///   - folded: the sections' tables of shards, as the disk has them.
    ///   - staged: the parcels in the staging folder, whole.
    public init(policy: ReducerPolicy, folded: [SectionKey: [Int: FoldedShard]] = [:], staged: [ParcelOffer] = []) {
        self.policy = policy
        self.folded = folded
        self.staged = Dictionary(staged.map { ($0.parcel, $0) }) { first, _ in first }
    }

    /// Bytes in the staging folder.
    public var stagedBytes: Int { staged.values.reduce(0) { $0 + $1.bytes } }

    /// Bytes in the staging folder that may be folded.
    private var foldableBytes: Int { staged.values.reduce(0) { $0 + ($1.isHeld ? 0 : $1.bytes) } }

    /// Bytes on their way or in memory.
    public var bytesInFlight: Int { arriving.values.reduce(0) { $0 + $1.offer.bytes } }

    /// How many offers wait for room.
    public var offersWaiting: Int { waiting.count }

    /// The parcels that are being folded.
    public var parcelsFolding: Int { folding.count }

    /// Takes an event in.
    ///
    /// - Returns: what is to be done, in this order.
    public mutating func handle(_ event: ReducerEvent, at now: SchedulerTime) -> [ReducerAction] {
        var actions: [ReducerAction] = []
        switch event {
        case .offered(let offer):
            isFlushing = false
            if !waiting.contains(offer) { waiting.append(offer) }
        case .progressed(let parcel, let worker):
            if arriving[parcel]?.offer.worker == worker { arriving[parcel]?.heard = now }
        case .arrived(let parcel, let worker): arrive(parcel, from: worker, &actions)
        case .broken(let parcel, let worker, let reason): refuse(parcel, from: worker, reason, &actions)
        case .workerGone(let worker): forget(worker, &actions)
        case .staged(let parcel): stage(parcel, &actions)
        case .stagingFailed(let parcel, let reason):
            if let arrival = arriving.removeValue(forKey: parcel) {
                // The workers still have it; they are asked again when the disk takes something.
                waiting.insert(contentsOf: arrival.offers, at: 0)
                actions.append(.forget(parcel))
            }
            pause(reason, at: now, &actions)
        case .folded(let parcels): fold(parcels, &actions)
        case .foldFailed(let reason):
            folding = []
            pause(reason, at: now, &actions)
        case .released(let parcel): staged[parcel] = staged[parcel]?.released
        case .discarded(let parcel):
            if !folding.contains(parcel), staged.removeValue(forKey: parcel) != nil { actions.append(.unstage([parcel])) }
        case .emptied(let sections):
            for section in sections {
                folded[section] = nil
                emptying.remove(section)
            }
        case .flush(let wrong):
            isFlushing = true
            self.wrong = wrong
        case .tick: dropStale(at: now, &actions)
        }
        if pausedBecause != nil, now >= pausedUntil {
            pausedBecause = nil
            actions.append(.resume)
        }
        emptyWrong(&actions)
        startFold(&actions)
        admit(at: now, &actions)
        return actions
    }

    // MARK: - Parcels that come

    /// Answers the offers that wait, as far as there is room.
    private mutating func admit(at now: SchedulerTime, _ actions: inout [ReducerAction]) {
        var rest: [ParcelOffer] = []
        var room = policy.window - bytesInFlight
        // What is held back for an audit does not count: the copy that would set it free must not wait for room.
        let hasStagingRoom = foldableBytes < policy.stagingLimit
        for offer in waiting {
            let parcel = offer.parcel
            if holds(offer, &actions) {
                actions.append(.acknowledge(parcel, to: offer.worker))
            } else if let arrival = arriving[parcel] {
                arriving[parcel]?.workers.insert(offer.worker)
                guard offer.worker == arrival.offer.worker, !arrival.isWriting else { continue }
                // It offers again what it was told to send: the invitation or the bytes were lost.
                arriving[parcel]?.heard = now
                actions.append(.invite(parcel, from: offer.worker))
            } else if pausedBecause == nil, hasStagingRoom, offer.bytes <= room || arriving.isEmpty {
                arriving[parcel] = Arrival(offer: offer, workers: [offer.worker], heard: now)
                room -= offer.bytes
                actions.append(.invite(parcel, from: offer.worker))
            } else {
                rest.append(offer)
            }
        }
        waiting = rest
    }

    /// Whether a parcel is held already, staged or folded. Other integers of the same shard are reported, and not taken: what is right is
    /// decided by a third computation.
    private func holds(_ offer: ParcelOffer, _ actions: inout [ReducerAction]) -> Bool {
        if staged[offer.parcel] != nil { return true }
        let shard = offer.parcel.task.shard
        var missing = offer.sections.count
        for section in offer.sections {
            guard let known = folded[section.key]?[shard], !emptying.contains(section.key) else { continue }
            missing -= 1
            guard known.checksum != section.checksum else { continue }
            actions.append(
                .report(ShardDisagreement(section: section.key, shard: shard, workers: [known.worker, offer.worker])))
            return true
        }
        return missing == 0
    }

    private mutating func arrive(_ parcel: ParcelID, from worker: WorkerID, _ actions: inout [ReducerAction]) {
        guard let arrival = arriving[parcel], arrival.offer.worker == worker, !arrival.isWriting else { return }
        arriving[parcel]?.isWriting = true
        actions.append(.stage(parcel))
    }

    private mutating func refuse(_ parcel: ParcelID, from worker: WorkerID, _ reason: String, _ actions: inout [ReducerAction]) {
        guard let arrival = arriving[parcel], arrival.offer.worker == worker, !arrival.isWriting else { return }
        actions.append(.forget(parcel))
        actions.append(.refuse(parcel, to: worker, reason: reason))
        inviteAnother(parcel, than: worker)
    }

    private mutating func forget(_ worker: WorkerID, _ actions: inout [ReducerAction]) {
        waiting.removeAll { $0.worker == worker }
        for (parcel, arrival) in arriving.sorted(by: { $0.key.task < $1.key.task }) where arrival.workers.contains(worker) {
            arriving[parcel]?.workers.remove(worker)
            // What is complete is written all the same.
            guard arrival.offer.worker == worker, !arrival.isWriting else { continue }
            actions.append(.forget(parcel))
            inviteAnother(parcel, than: worker)
        }
    }

    /// Gives up on parcels that were invited and of which nothing is heard: their worker may want to send them no more.
    private mutating func dropStale(at now: SchedulerTime, _ actions: inout [ReducerAction]) {
        for (parcel, arrival) in arriving.sorted(by: { $0.key.task < $1.key.task })
        where !arrival.isWriting && now - arrival.heard > policy.arrivalPatience {
            actions.append(.forget(parcel))
            inviteAnother(parcel, than: arrival.offer.worker)
        }
    }

    /// A parcel does not come from a worker: others that have it are asked.
    private mutating func inviteAnother(_ parcel: ParcelID, than worker: WorkerID) {
        guard let arrival = arriving.removeValue(forKey: parcel) else { return }
        waiting.insert(contentsOf: arrival.offers.filter { $0.worker != worker }, at: 0)
    }

    private mutating func stage(_ parcel: ParcelID, _ actions: inout [ReducerAction]) {
        guard let arrival = arriving.removeValue(forKey: parcel) else { return }
        staged[parcel] = arrival.offer
        actions.append(.forget(parcel))
        for worker in arrival.workers.sorted() { actions.append(.acknowledge(parcel, to: worker)) }
    }

    // MARK: - Folding

    /// Starts a fold when enough is staged, or when nothing more comes.
    private mutating func startFold(_ actions: inout [ReducerAction]) {
        guard folding.isEmpty, emptying.isEmpty, pausedBecause == nil else { return }
        holdContradictions(&actions)
        let ready = staged.values.filter { !$0.isHeld }
        guard !ready.isEmpty else {
            if isFlushing, arriving.isEmpty, waiting.isEmpty {
                isFlushing = false
                actions.append(.flushed)
            }
            return
        }
        guard isFlushing || foldableBytes >= min(policy.foldBytes, policy.stagingLimit) else { return }
        // One copy of a task: of two with different integers the first is folded, as if the other came later.
        var tasks: Set<TaskID> = []
        let chosen = ready.map(\.parcel).sorted { ($0.task, $0.digest.hex) < ($1.task, $1.digest.hex) }.filter {
            tasks.insert($0.task).inserted
        }
        folding = Set(chosen)
        actions.append(.fold(chosen))
    }

    private mutating func fold(_ parcels: [ParcelID], _ actions: inout [ReducerAction]) {
        for parcel in parcels {
            guard let offer = staged.removeValue(forKey: parcel) else { continue }
            for section in offer.sections where folded[section.key]?[parcel.task.shard] == nil {
                folded[section.key, default: [:]][parcel.task.shard] = FoldedShard(checksum: section.checksum, worker: offer.worker)
            }
        }
        actions.append(.unstage(parcels))
        folding = []
    }

    /// Keeps staged parcels back whose shard is folded with other integers, until it is known which are right.
    private mutating func holdContradictions(_ actions: inout [ReducerAction]) {
        for (parcel, offer) in staged.sorted(by: { $0.key.task < $1.key.task }) where !offer.isHeld {
            let shard = parcel.task.shard
            let other = offer.sections.first { section in folded[section.key]?[shard].map { $0.checksum != section.checksum } ?? false }
            guard let other, let known = folded[other.key]?[shard] else { continue }
            staged[parcel] = offer.held
            actions.append(.report(ShardDisagreement(section: other.key, shard: shard, workers: [known.worker, offer.worker])))
        }
    }

    /// Empties the sections that have wrong numbers, once no fold goes on that might add to them. Exact sums cannot be subtracted from
    /// without the numbers that were added, so all shards of such a section are computed again.
    private mutating func emptyWrong(_ actions: inout [ReducerAction]) {
        guard folding.isEmpty, !wrong.isEmpty else { return }
        let sections = wrong.flatMap { wrong in
            wrong.sections.filter { folded[$0]?[wrong.task.shard]?.worker == wrong.worker && !emptying.contains($0) }
        }
        wrong = []
        guard !sections.isEmpty else { return }
        emptying.formUnion(sections)
        actions.append(.empty(Set(sections).sorted()))
    }

    // MARK: - The disk

    private mutating func pause(_ reason: String, at now: SchedulerTime, _ actions: inout [ReducerAction]) {
        pausedUntil = now + policy.diskPatience
        guard pausedBecause != reason else { return }
        pausedBecause = reason
        actions.append(.pause(reason: reason))
    }
}

extension ReducerMachine.Arrival {
    /// The offers of all workers that have the parcel.
    var offers: [ParcelOffer] { workers.sorted().map { offer.by($0) } }
}

extension ParcelOffer {
    /// The same offer from another worker.
    func by(_ worker: WorkerID) -> ParcelOffer {
        ParcelOffer(parcel: parcel, worker: worker, sections: sections, bytes: bytes, isHeld: isHeld)
    }

    /// The same offer, free to be folded.
    var released: ParcelOffer { ParcelOffer(parcel: parcel, worker: worker, sections: sections, bytes: bytes, isHeld: false) }

    /// The same offer, kept back.
    var held: ParcelOffer { ParcelOffer(parcel: parcel, worker: worker, sections: sections, bytes: bytes, isHeld: true) }
}
