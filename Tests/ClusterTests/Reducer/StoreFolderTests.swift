import Foundation
import Pipeline
import SmallRuns
import Storage
import Testing

@testable import Cluster

@Suite("The folder that a reducer is started with", .serialized)
struct StoreFolderTests {
    private let stage: ReducerStage
    private var plan: [UInt8] { stage.parcels.planFiles[0] }

    init() throws { stage = try ReducerStage() }

    /// The files of the folder by their paths in it; folders have no bytes.
    private func content() -> [String: Data?] {
        let names = FileManager.default.enumerator(atPath: stage.store.string)?.compactMap { $0 as? String } ?? []
        return Dictionary(names.map { ($0, FileManager.default.contents(atPath: stage.store.appending($0).string)) }) { first, _ in first }
    }

    private func error(of reducer: RunningReducer) throws -> ClusterError? {
        #expect(try stage.eventually { reducer.hasEnded })
        return #expect(throws: ClusterError.self) { try reducer.stopped() }
    }

    @Test(
        "is refused as it is, whatever else than a store it holds: a run, somebody's numbers, anything",
        arguments: [
            ["plan.json", "corpus/tokens.npy"], ["plan.json", "store/sections/a.sums"], ["plan.json", "ledger.sqlite", "launch.json"],
            ["summary.json"], ["sections/a.sums"], ["features.npz"], ["downloads/film.part"], [".cache/page.part"],
        ])
    func foreign(names: [String]) throws {
        // Also where the plan is the very same.
        for name in names { try stage.folder.write("store/\(name)", name == "plan.json" ? plan : Array("mine".utf8)) }
        let before = content()
        let error = try error(of: try stage.start())
        guard case .storeNotEmpty(stage.store, let found) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let expected = Set(names.compactMap { $0.split(separator: "/").first.map(String.init) }).subtracting(["plan.json"])
        #expect(Set(found) == expected && error?.exitStatus == .dataError)
        #expect(content() == before && stage.hello == nil)
    }

    @Test("becomes its store where it has what a reducer left that ended as it began, and what systems put onto every disk")
    func begun() throws {
        try stage.folder.write("store/plan.json", plan)
        try stage.folder.write("store/calibration.npz.part", [1])
        try stage.folder.write("store/reducer.json.epoch1.part", [1])
        try stage.folder.write("store/.lock", [])
        try LocalFiles().createFolder(stage.store.appending("lost+found"))
        try stage.start()
        #expect(try stage.eventually { stage.heartbeat != nil })
        #expect(try stage.hello?.store == nil && StoreFolder(path: stage.store).known() == stage.identity)
    }

    @Test("keeps a plan that is not the one to be put there", arguments: [true, false])
    func otherPlan(isPlan: Bool) throws {
        let other = try isPlan ? MappedFile(TinyPlan(in: stage.folder).run.folder.plan).withBytes { Array($0) } : Array("{}".utf8)
        try stage.folder.write("store/plan.json", other)
        let error = try error(of: try stage.start())
        #expect(error == .storeOfOtherPlan(stage.store.appending("plan.json")) && error?.exitStatus == .dataError)
        #expect(content()["plan.json"] == Data(other))
        #expect(Set(content().keys) == ["plan.json", FolderLock.fileName])
    }

    @Test("gets no plan that is another than the coordinator says")
    func wrongAssignment() throws {
        stage.identity = StoreIdentity(plan: Digest(of: "another"), index: PlannedParcels.reducer)
        let reducer = try stage.start()
        #expect(try stage.eventually { reducer.process.counters.snapshot.refused > 0 })
        #expect(Set(content().keys) == [FolderLock.fileName])
    }
}
