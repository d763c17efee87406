import Foundation
import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster
@testable import Statistics

@Suite("The folding of what a reducer has staged")
struct StoreFoldingTests {
    private let parcels: PlannedParcels
    private let folder: TemporaryFolder
    private let store: ReducerStore
    private let reports: Mailbox<DiskReport>
    private let folding: StoreFolding

    init() throws {
        parcels = try PlannedParcels.shared.get()
        folder = try TemporaryFolder()
        let path = folder.file("store")
        try LocalFiles().createFolder(path)
        store = ReducerStore(
            statistics: parcels.plan.store(at: path), limits: ShardLimits(parcels.plan), lock: try FolderLock(path), files: LocalFiles(),
            team: ThreadTeam(count: 1))
        try store.prepare()
        reports = Mailbox(wakeup: try Wakeup())
        folding = StoreFolding(store, reports: reports)
    }

    /// Puts a parcel into the staging folder, as a program that does not look at it does.
    private func stage(_ shard: Int, _ lie: ImpossibleNumbers? = nil) throws -> ParcelID {
        let parcel = try parcels.parcel(TaskID(shard: shard, group: 0), from: lie == nil ? "honest" : "liar", lie: lie)
        let name = StagedName(parcel: parcel.offer.parcel, isHeld: false).text
        try Data(parcel.bytes).write(to: URL(fileURLWithPath: store.statistics.staging.appending(name).string))
        return parcel.offer.parcel
    }

    /// What becomes of a fold.
    private func fold(_ parcels: [ParcelID]) throws -> DiskReport? {
        folding.fold(parcels)
        var found: DiskReport?
        #expect(
            eventually {
                found = reports.drain().first
                return found != nil
            })
        return found
    }

    @Test(
        "passes over no parcel that no shard can bring: it is dropped, nothing of it is added, and the others are folded",
        arguments: [ImpossibleNumbers.tokens, .chunks, .beyond, .products])
    func impossible(_ lie: ImpossibleNumbers) throws {
        // Of one stratum.
        let honest = try stage(0)
        let impossible = [try stage(2, lie), try stage(4, lie)]
        guard case .foldFailed(let failure)? = try fold([honest] + impossible) else {
            Issue.record("it was folded")
            return
        }
        #expect(failure.unusable == impossible && failure.storeDamage == nil && failure.folded.isEmpty && failure.disagreements.isEmpty)
        #expect(try store.tables(of: parcels.rules.sections).isEmpty)
        guard case .folded([honest])? = try fold([honest]) else {
            Issue.record("the honest parcel was not folded")
            return
        }
        let tables = try store.tables(of: parcels.rules.sections)
        #expect(!tables.isEmpty && tables.values.allSatisfy { $0.keys.elementsEqual([0]) })
    }

    /// Puts another worker's copy of a shard into the staging folder, with other integers: those of an earlier shard of the same stratum.
    private func stageOther(_ shard: Int, like other: Int) throws -> ParcelOffer {
        let own = Set(parcels.rules.sections(of: TaskID(shard: shard, group: 0)) ?? [])
        let sections = (parcels.sections[TaskID(shard: other, group: 0)] ?? []).filter { own.contains($0.key) }.map { section in
            section.recorded(ShardRecord(shard: shard, checksum: section.digest, worker: "other"))
        }
        let offered = sections.map { ParcelOffer.Section(key: $0.key, checksum: $0.digest) }
        let parcel = ParcelID(task: TaskID(shard: shard, group: 0), sections: offered)
        let path = store.statistics.staging.appending(StagedName(parcel: parcel, isHeld: false).text)
        try PartialWriter(plan: parcels.plan.identity, team: ThreadTeam(count: 1)).write(sections, to: path)
        return ParcelOffer(parcel: parcel, worker: WorkerID("other"), sections: offered, bytes: 1)
    }

    @Test("passes over other integers of a shard where they are not compared, section by section; else it reports them")
    func otherIntegers() throws {
        let honest = try stage(2)
        let copy = try stageOther(2, like: 0)
        guard case .folded? = try fold([honest]) else {
            Issue.record("the first copy was not folded")
            return
        }
        let first = try store.tables(of: parcels.rules.sections)
        guard case .foldFailed(let failure)? = try fold([copy.parcel]) else {
            Issue.record("the second copy was folded")
            return
        }
        #expect(!failure.disagreements.isEmpty && failure.unusable == [copy.parcel])
        var lenient = store
        lenient.comparesIntegers = false
        let lenientFolding = StoreFolding(lenient, reports: reports)
        func foldAgain() throws {
            lenientFolding.fold([copy.parcel])
            var found: DiskReport?
            #expect(
                eventually {
                    found = reports.drain().first
                    return found != nil
                })
            guard case .folded? = found else {
                Issue.record("\(String(describing: found))")
                return
            }
        }
        try foldAgain()
        #expect(try store.tables(of: parcels.rules.sections) == first)
        // As after a fold that broke off: the copy brings what is missing, and nothing else.
        let lost = try #require(copy.sections.first)
        try LocalFiles().remove(store.statistics.path(of: lost.key))
        try foldAgain()
        var expected = first
        expected[lost.key] = [2: FoldedShard(checksum: lost.checksum, worker: copy.worker)]
        #expect(try store.tables(of: parcels.rules.sections) == expected && expected != first)
    }

    @Test("stops at a section of the store that is more than its shards can bring, and names its file")
    func damagedStore() throws {
        let honest = try stage(0)
        let key = try #require(parcels.rules.sections(of: honest.task)?.first)
        let all = ImpossibleNumbers.chunks.falsify(parcels.sections[TaskID(shard: 2, group: 0)] ?? [], of: parcels.plan)
        let path = store.statistics.path(of: key)
        try PartialWriter(plan: parcels.plan.identity, team: ThreadTeam(count: 1)).write(all.filter { $0.key == key }, to: path)
        guard case .foldFailed(let failure)? = try fold([honest]) else {
            Issue.record("it was folded")
            return
        }
        #expect(failure.unusable.isEmpty)
        guard case StatisticsError.malformed(path, _, let reason)? = failure.storeDamage else {
            Issue.record("\(String(describing: failure.storeDamage))")
            return
        }
        #expect(reason.contains(ImpossibleNumbers.chunks.reason), "\(reason)")
    }
}
