import Kernels
import Storage
import SystemPackage

@testable import Statistics

/// A store of a synthetic run in a folder.
struct StoreFixture {
    let run: SyntheticRun
    let calibration: Calibration
    let store: StatisticsStore

    init(_ run: SyntheticRun, calibration: Calibration, in folder: FilePath) throws {
        self.run = run
        self.calibration = calibration
        store = StatisticsStore(folder: folder.appending("store"), shape: run.shape, plan: run.plan)
        try store.create()
    }

    /// Puts a partial into the staging folder.
    func stage(_ partial: Partial, named name: String) throws {
        try PartialWriter(plan: run.plan, team: ThreadTeam(count: 1)).write(
            partial.sections, to: store.staging.appending("\(name).partial"))
    }

    /// The statistics of some partials of different shards, folded.
    func statistics(of partials: [Partial], replicates: Int = 1) throws -> StoredStatistics {
        for (index, partial) in partials.enumerated() { try stage(partial, named: "\(index)") }
        try store.foldStaged(team: ThreadTeam(count: 2))
        return StoredStatistics(
            snapshot: try StoreSnapshot(of: store, strata: replicates), calibration: calibration, replicates: replicates, domains: 1)
    }

    /// The hash of everything in the store.
    func digest(strata: Int) throws -> Digest {
        try StoreSnapshot(of: store, strata: strata).digest(strata: strata, team: ThreadTeam(count: 2))
    }
}
