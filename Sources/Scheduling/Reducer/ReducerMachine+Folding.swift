import Statistics

extension ReducerMachine {
    /// Starts a fold when enough is staged, or when nothing more comes.
    mutating func startFold(_ actions: inout [ReducerAction]) {
        guard folding.isEmpty, emptying.isEmpty, pausedBecause == nil else { return }
        guard store.foldableCount > 0 else {
            if isFlushing, arriving.isEmpty, waiting.isEmpty {
                isFlushing = false
                actions.append(.flushed)
            }
            return
        }
        guard isFlushing || store.foldableBytes >= min(policy.foldBytes, policy.stagingLimit) else { return }
        let chosen = Array(store.foldable.prefix(policy.foldParcels))
        folding = Set(chosen)
        actions.append(.fold(chosen))
    }

    /// Folds all that may be folded, and empties what is known to be wrong, before what is held is told.
    mutating func flush(_ round: Int, _ wrong: [WrongNumbers], _ actions: inout [ReducerAction]) {
        // An earlier round's question may come late.
        guard round >= self.round ?? round else { return }
        if round != self.round { self.wrong = wrong }
        self.round = round
        isFlushing = true
        reportContradictions(&actions)
    }

    mutating func fold(_ parcels: [ParcelID], _ actions: inout [ReducerAction]) {
        for parcel in parcels {
            guard let offer = store.remove(parcel) else { continue }
            for section in offer.sections { enter(offer, section) }
        }
        actions.append(.unstage(parcels))
        endFold(of: parcels, &actions)
    }

    /// A fold that stopped has written some sections.
    mutating func enter(_ sections: [SectionKey: [ParcelID]], _ actions: inout [ReducerAction]) {
        for (key, parcels) in sections {
            for parcel in parcels {
                guard let offer = store.offers[parcel], let section = offer.sections.first(where: { $0.key == key }) else { continue }
                enter(offer, section)
            }
        }
        endFold(of: Array(folding), &actions)
    }

    private mutating func enter(_ offer: ParcelOffer, _ section: ParcelOffer.Section) {
        let shard = offer.parcel.task.shard
        guard folded[section.key]?[shard] == nil else { return }
        folded[section.key, default: [:]][shard] = FoldedShard(checksum: section.checksum, worker: offer.worker)
    }

    private mutating func endFold(of parcels: [ParcelID], _ actions: inout [ReducerAction]) {
        folding = []
        hasNewRoom = true
        let dropped = droppedInFold.filter { store.offers[$0] != nil }
        droppedInFold = []
        for parcel in dropped.sorted(by: { ($0.task, $0.digest.hex) < ($1.task, $1.digest.hex) }) { drop(parcel, &actions) }
        for task in Set(parcels.map(\.task)).sorted() {
            for parcel in store.parcels(of: task) { check(parcel, &actions) }
        }
    }

    // MARK: - Numbers that differ

    /// Keeps a staged parcel back while other numbers of its shard are folded, until it is known which are right.
    mutating func check(_ parcel: ParcelID, _ actions: inout [ReducerAction], isReported: Bool = false) {
        guard let offer = store.offers[parcel] else { return }
        guard comparesIntegers else {
            // A process before this one may have staged two copies: the other is folded.
            if isFolded(offer) { drop(parcel, &actions) }
            return
        }
        let disagreement = disagreement(with: offer)
        let isNew = disagreement != nil && !store.contradicting.contains(parcel)
        store.set(parcel, contradicts: disagreement != nil)
        if let disagreement, isNew, !isReported { actions.append(.report(disagreement)) }
    }

    /// Says again which parcels differ from what is folded, for whoever has not heard it.
    mutating func reportContradictions(_ actions: inout [ReducerAction]) {
        let parcels = store.contradicting.sorted { ($0.task, $0.digest.hex) < ($1.task, $1.digest.hex) }
        for offer in parcels.compactMap({ store.offers[$0] }) {
            if let disagreement = disagreement(with: offer) { actions.append(.report(disagreement)) }
        }
    }

    /// A parcel has the right numbers.
    mutating func release(_ parcel: ParcelID, _ actions: inout [ReducerAction]) {
        // Nothing is kept back then, and the copy that stands here may be another one.
        guard comparesIntegers else { return }
        store.release(parcel)
        check(parcel, &actions)
        for other in store.parcels(of: parcel.task) where other != parcel { drop(other, &actions) }
    }

    /// A parcel is of no use: wrong, or not readable.
    mutating func drop(_ parcel: ParcelID, _ actions: inout [ReducerAction]) {
        // The file is being read; where its numbers are folded before the fold has ended, the next flush says that they are wrong.
        if folding.contains(parcel) {
            droppedInFold.insert(parcel)
        } else if store.remove(parcel) != nil {
            hasNewRoom = true
            actions.append(.unstage([parcel]))
        }
    }

    /// Empties the sections that have wrong numbers, once no fold goes on that might add to them. Exact sums cannot be subtracted from
    /// without the numbers that were added, so all shards of such a section are computed again.
    mutating func emptyWrong(_ actions: inout [ReducerAction]) {
        guard folding.isEmpty, pausedBecause == nil else { return }
        var sections = emptyAgain
        emptyAgain = []
        for wrong in wrong {
            // Where the right numbers are here, only those that differ are emptied; else all that the worker has brought.
            let right = store.right(of: wrong.task)?.sections ?? []
            let checksums = Dictionary(right.map { ($0.key, $0.checksum) }) { first, _ in first }
            for key in wrong.sections where !emptying.contains(key) {
                guard let held = folded[key]?[wrong.task.shard] else { continue }
                let isWrong = checksums[key].map { $0 != held.checksum } ?? (held.worker == wrong.worker)
                if isWrong { sections.insert(key) }
            }
        }
        wrong = []
        guard !sections.isEmpty else { return }
        emptying.formUnion(sections)
        actions.append(.empty(sections.sorted()))
    }

    /// Sections are empty.
    mutating func forget(_ sections: [SectionKey]) {
        for section in sections { folded[section] = nil }
        emptying.subtract(sections)
        emptyAgain.subtract(sections)
        hasNewRoom = true
        // What differed from their numbers differs no more.
        for parcel in store.contradicting {
            guard let offer = store.offers[parcel], disagreement(with: offer) == nil else { continue }
            store.set(parcel, contradicts: false)
        }
    }
}
