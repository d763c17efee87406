import Foundation
import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("What a reducer had staged when it was given another's part")
struct StagedParcelsTests {
    private let parcels: PlannedParcels
    private let folder: TemporaryFolder
    private let store: ReducerStore
    private let log = RecordedLog()

    /// A store with a parcel of every task.
    init() throws {
        parcels = try PlannedParcels.shared.get()
        folder = try TemporaryFolder()
        let path = folder.file("store")
        try LocalFiles().createFolder(path)
        store = ReducerStore(
            statistics: parcels.plan.store(at: path), limits: ShardLimits(parcels.plan), lock: try FolderLock(path), files: LocalFiles(),
            team: ThreadTeam(count: 1))
        try store.prepare()
        for task in parcels.tasks {
            let parcel = try parcels.parcel(task, from: "worker")
            let name = StagedName(parcel: parcel.offer.parcel, isHeld: false).text
            try Data(parcel.bytes).write(to: URL(fileURLWithPath: store.statistics.staging.appending(name).string))
        }
    }

    /// The tasks of which something is still staged under a plan with other owners of column groups.
    private func kept(owners: [Int]) throws -> [TaskID] {
        var plan = parcels.plan
        plan.reducers = owners
        let rules = try #require(ParcelRules(plan, reducer: PlannedParcels.reducer))
        let offers = try store.staged(rules, logger: log.logger)
        #expect(try store.statistics.stagedFiles().count == offers.count)
        return offers.map(\.parcel.task).sorted()
    }

    @Test("stays where the part went to others")
    func others() throws {
        #expect(try kept(owners: [0, 1, 0, 1]) == parcels.tasks)
        #expect(try kept(owners: [0, 2, 0, 1]) == parcels.tasks)
        #expect(try kept(owners: [0, 1, 0, 1]) == parcels.tasks)
        #expect(log.lines.isEmpty, "\(log.lines)")
    }

    @Test("is dropped where its tasks bring more now, which one line says, and only there")
    func outgrown() throws {
        var plan = parcels.plan
        plan.reducers = [0, 0, 0, 1]
        let rules = try #require(ParcelRules(plan, reducer: PlannedParcels.reducer))
        let larger = parcels.tasks.filter { rules.sections(of: $0) != parcels.rules.sections(of: $0) }
        try #require(!larger.isEmpty)
        #expect(try kept(owners: [0, 0, 0, 1]) == parcels.tasks.filter { !larger.contains($0) })
        #expect(log.lines.count == 1, "\(log.lines)")
        #expect(log.contains("notice: \(larger.count) parcels that were not folded are removed"), "\(log.lines)")
    }

    @Test("is dropped where no shard can bring it, whatever an earlier program thought of it")
    func impossible() throws {
        let chosen = Array(zip(parcels.tasks, [ImpossibleNumbers.tokens, .chunks, .beyond, .products]))
        for (task, lie) in chosen {
            let right = try parcels.parcel(task, from: "worker").offer.parcel
            try LocalFiles().remove(store.statistics.staging.appending(StagedName(parcel: right, isHeld: false).text))
            let parcel = try parcels.parcel(task, from: "liar", lie: lie)
            let name = StagedName(parcel: parcel.offer.parcel, isHeld: false).text
            try Data(parcel.bytes).write(to: URL(fileURLWithPath: store.statistics.staging.appending(name).string))
        }
        #expect(try kept(owners: [0, 1, 0, 1]) == parcels.tasks.filter { task in !chosen.contains { $0.0 == task } })
        #expect(log.lines.count { $0.hasPrefix("warning: removed ") } == chosen.count, "\(log.lines)")
    }

    @Test("is told of one by one where it is damaged")
    func damaged() throws {
        let paths = try store.statistics.stagedFiles()
        // A flipped bit at the beginning, in the middle and at the end; nothing, a little and almost all of a file.
        let damages: [(inout Data) -> Void] = [
            { $0[0] ^= 1 }, { $0[$0.count / 2] ^= 1 }, { $0[$0.count - 1] ^= 1 },
            { $0 = Data() }, { $0 = Data([1, 2, 3]) }, { $0.removeLast() },
        ]
        try #require(paths.count > damages.count)
        for (path, damage) in zip(paths, damages) {
            var data = try Data(contentsOf: URL(fileURLWithPath: path.string))
            damage(&data)
            try data.write(to: URL(fileURLWithPath: path.string))
        }
        #expect(try kept(owners: [0, 1, 0, 1]).count == parcels.tasks.count - damages.count)
        #expect(log.lines.count { $0.hasPrefix("warning: removed ") } == damages.count, "\(log.lines)")
        for path in paths.prefix(damages.count) { #expect(log.contains(path.string), "\(log.lines)") }
    }
}
