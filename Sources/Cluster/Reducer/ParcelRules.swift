import Pipeline
import Scheduling
import Statistics

/// What parcels of a plan must be for one reducer. Whoever offers something else has another plan, or lies.
struct ParcelRules: Sendable {
    /// The reducer's index in the plan's assignment.
    let index: Int
    /// Which reducer has which section.
    let owners: SectionOwners
    /// Which tasks' parcels are kept back.
    let audits: AuditRule
    /// The plan.
    let plan: RunPlan
    private let shape: SectionShape
    private let largest: LargestFiles

    /// - Returns: nil when the plan gives nothing to a reducer of that index.
    init?(_ plan: RunPlan, reducer index: Int, audits: AuditRule = AuditRule(share: 0)) {
        guard let reducers = plan.reducers, reducers.contains(index) else { return nil }
        self.index = index
        self.plan = plan
        self.audits = audits
        shape = plan.shape
        largest = LargestFiles(plan)
        owners = SectionOwners(layout: shape.layout, owners: reducers)
    }

    /// The column groups that the reducer owns, ascending.
    var groups: [Int] { owners.groups(of: index) }

    /// All sections that the reducer may ever hold, ascending.
    var sections: [SectionKey] {
        plan.sections(in: shape.layout).filter { owners.reducer(of: $0) == index }.sorted()
    }

    /// The sections that a task brings to this reducer, ascending; nil for a task that the plan does not have.
    func sections(of task: TaskID) -> [SectionKey]? {
        sections(ofAll: task)?.filter { owners.reducer(of: $0) == index }
    }

    /// The sections that a task brings to all reducers, ascending.
    private func sections(ofAll task: TaskID) -> [SectionKey]? {
        guard plan.blockGroups.indices.contains(task.group), let stratum = stratum(ofShard: task.shard) else { return nil }
        return plan.sections(of: plan.blockGroups[task.group], stratum: stratum, in: shape.layout).sorted()
    }

    /// The stratum of a shard; nil for one that the budget does not have.
    private func stratum(ofShard shard: Int) -> Int? {
        // As `DrawWindows` numbers them: window by window, in each domain by domain where domains are strata.
        let domains = plan.numbers.corpus.strataDomains
        guard shard >= 0, shard / domains < plan.windows else { return nil }
        return shard / domains % plan.numbers.corpus.replicates * domains + shard % domains
    }

    /// What is wrong with an offer; nil when it may be taken.
    func problem(of offer: ParcelOffer) -> String? { problem(ofParts: offer) ?? problem(ofDigest: offer) }

    /// What is wrong with a parcel's digest. It stands for the integers of all reducers: with one of its own choice a worker could give
    /// different reducers, or the coordinator, different numbers of one task.
    private func problem(ofDigest offer: ParcelOffer) -> String? {
        let keys = (sections(ofAll: offer.parcel.task) ?? []).filter { owners.reducer(of: $0) != index }
        guard keys.count == offer.elsewhere.count else {
            return "task \(offer.parcel.task) brings \(keys.count) sections to other reducers, not \(offer.elsewhere.count)"
        }
        let others = zip(keys, offer.elsewhere).map { ParcelOffer.Section(key: $0, checksum: $1) }
        guard ParcelID(task: offer.parcel.task, sections: offer.sections + others) == offer.parcel else {
            return "the digest of task \(offer.parcel.task) is not that of its sections"
        }
        return nil
    }

    /// Whether a parcel has some of the sections that its task brings to this reducer, and no others: those that it got before another
    /// reducer's part was given to it.
    func hasOutgrown(_ offer: ParcelOffer) -> Bool {
        let keys = Set(offer.sections.map(\.key))
        return !keys.isEmpty && keys.isStrictSubset(of: sections(of: offer.parcel.task) ?? [])
    }

    /// What is wrong with the parts of a parcel that this reducer gets.
    func problem(ofParts offer: ParcelOffer) -> String? {
        let keys = offer.sections.map(\.key)
        guard let expected = sections(of: offer.parcel.task) else { return "the plan has no task \(offer.parcel.task)" }
        guard !expected.isEmpty, keys.sorted() == expected else {
            return "task \(offer.parcel.task) does not bring \(keys.count) such sections to this reducer"
        }
        let most = keys.reduce(LargestFiles.directoryBytes) { $0 + largest.bytes(of: $1) }
        guard (1...most).contains(offer.bytes) else { return "\(offer.bytes) bytes for sections of at most \(most)" }
        return nil
    }
}
