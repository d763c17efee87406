import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Statistics

@Suite("The store")
struct StoreTests {
    private let run = SyntheticRun()

    private func partials(_ calibration: Calibration, count: Int = 6) throws -> [Partial] {
        try (0..<count).map { shard in
            try run.partial(shard: shard, stratum: shard % 2, rows: Array(shard * 3..<shard * 3 + 3), calibration: calibration)
        }
    }

    private struct Stopped: Error {}

    @Test("folding in any portions, again and again, and stopped in between, gives the same digest")
    func idempotent() throws {
        let calibration = try run.calibration()
        let parts = try partials(calibration)
        let (x, y) = (try TemporaryFolder(), try TemporaryFolder())
        let calm = try StoreFixture(run, calibration: calibration, in: x.path)
        _ = try calm.statistics(of: parts, replicates: 2)
        let rough = try StoreFixture(run, calibration: calibration, in: y.path)
        for (index, part) in parts.enumerated() {
            try rough.stage(part, named: "\(index)")
            // Stops after some sections; the staged file stays and is folded again.
            #expect(throws: Stopped.self) {
                try rough.store.foldStaged(
                    team: ThreadTeam(count: 1), progress: { item, _ in if item == index { throw Stopped() } })
            }
            if index % 2 == 1 { try rough.stage(parts[index / 2], named: "again\(index)") }
            try rough.store.foldStaged(team: ThreadTeam(count: 2))
            try rough.store.foldStaged(team: ThreadTeam(count: 2))
        }
        #expect(try rough.store.stagedFiles().isEmpty)
        #expect(try rough.digest(strata: 2) == calm.digest(strata: 2))
    }

    @Test("the digest sees staged partials as if they were folded, and changes with a single shard")
    func snapshots() throws {
        let calibration = try run.calibration()
        let parts = try partials(calibration)
        let folder = try TemporaryFolder()
        let fixture = try StoreFixture(run, calibration: calibration, in: folder.path)
        for (index, part) in parts.enumerated() { try fixture.stage(part, named: "\(index)") }
        let staged = try fixture.digest(strata: 2)
        try fixture.store.foldStaged(team: ThreadTeam(count: 1))
        #expect(try fixture.digest(strata: 2) == staged)
        let fewer = try StoreFixture(run, calibration: calibration, in: folder.path.appending("fewer"))
        _ = try fewer.statistics(of: parts.dropLast(), replicates: 2)
        #expect(try fewer.digest(strata: 2) != staged)
    }

    @Test("a snapshot keeps its moment while others fold, or says that it cannot", arguments: [0, 3, 1000])
    func moment(mappedSections: Int) throws {
        let calibration = try run.calibration()
        let parts = try partials(calibration)
        let folder = try TemporaryFolder()
        let fixture = try StoreFixture(run, calibration: calibration, in: folder.path)
        let team = ThreadTeam(count: 2)
        for (index, part) in parts.dropLast().enumerated() { try fixture.stage(part, named: "\(index)") }
        try fixture.store.foldStaged(team: team)
        let digest = try fixture.digest(strata: 2)
        let snapshot = try StoreSnapshot(of: fixture.store, strata: 2, mappedSections: mappedSections)
        #expect(try snapshot.digest(strata: 2, team: team) == digest)
        try fixture.stage(parts[5], named: "5")
        try fixture.store.foldStaged(team: team)
        #expect(try fixture.digest(strata: 2) != digest)
        if mappedSections == 1000 {
            #expect(try snapshot.digest(strata: 2, team: team) == digest)
        } else {
            let error = try #require(throws: StatisticsError.self) { try snapshot.digest(strata: 2, team: team) }
            guard case .changedMeanwhile = error else {
                Issue.record("\(error)")
                return
            }
            #expect(error.exitStatus == .temporaryFailure)
        }
    }

    @Test("a staged partial that is damaged is an error, one of another plan is no part of the store")
    func staged() throws {
        let calibration = try run.calibration()
        let folder = try TemporaryFolder()
        let fixture = try StoreFixture(run, calibration: calibration, in: folder.path)
        let empty = try fixture.digest(strata: 1)
        let partial = try run.partial(shard: 0, rows: [0, 1], calibration: calibration)
        let path = fixture.store.staging.appending("0.partial")
        try PartialWriter(plan: Digest(of: "another plan"), team: ThreadTeam(count: 1)).write(partial.sections, to: path)
        #expect(try fixture.digest(strata: 1) == empty)
        try DurableFile.replace(path, with: "nonsense")
        #expect(throws: StatisticsError.self) { try StoreSnapshot(of: fixture.store, strata: 1) }
    }

    @Test("a store that was not begun holds nothing")
    func absent() throws {
        let folder = try TemporaryFolder()
        let store = StatisticsStore(folder: folder.path.appending("store"), shape: run.shape, plan: run.plan)
        #expect(try store.stagedFiles().isEmpty)
        let snapshot = try StoreSnapshot(of: store, strata: 2)
        #expect(snapshot.isEmpty && snapshot.shards(of: SectionKey(kind: .block, index: 0, stratum: 0)).isEmpty)
    }

    @Test("a common snapshot leaves out staged shards that some block lacks")
    func common() throws {
        let calibration = try run.calibration()
        let folder = try TemporaryFolder()
        let fixture = try StoreFixture(run, calibration: calibration, in: folder.path)
        try fixture.stage(try run.partial(shard: 0, rows: [0, 1], calibration: calibration), named: "0")
        try fixture.store.foldStaged(team: ThreadTeam(count: 1))
        let before = try fixture.digest(strata: 1)
        try fixture.stage(try run.partial(shard: 1, rows: [2, 3], blocks: [0, 1], calibration: calibration), named: "1")
        let snapshot = try StoreSnapshot(of: fixture.store, strata: 1)
        #expect(snapshot.shards(of: SectionKey(kind: .block, index: 0, stratum: 0)) == [0, 1])
        #expect(try snapshot.restrictedToCommonShards(strata: 1).digest(strata: 1, team: ThreadTeam(count: 1)) == before)
        try fixture.store.foldStaged(team: ThreadTeam(count: 1))
        #expect(throws: StatisticsError.self) {
            try StoreSnapshot(of: fixture.store, strata: 1).restrictedToCommonShards(strata: 1)
        }
    }

    @Test("a flipped bit anywhere in a partial is found, and named", arguments: 0..<40)
    func flippedBit(_ seed: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("p")
        _ = try run.file(try run.partial(shard: 0, rows: [1, 2, 3]), at: path)
        var bytes = try MappedFile(path).withBytes { Array($0) }
        var generator = SeededGenerator(seed: UInt64(seed) &* 7919)
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        try DurableFile.replace(path, with: bytes)
        #expect(throws: StatisticsError.self) {
            let reader = try PartialReader(path)
            try reader.verify()
            for entry in reader.sections { _ = try reader.read(entry, shape: run.shape) }
        }
        #expect(throws: StatisticsError.self) {
            let reader = try PartialReader(path)
            for entry in reader.sections { _ = try reader.digest(of: entry, shape: run.shape) }
        }
    }

    @Test("a torn partial is refused at every length", arguments: [0, 7, 8, 16, 40, 80, 200, 1000])
    func torn(_ length: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("p")
        _ = try run.file(try run.partial(shard: 0, rows: [1, 2, 3]), at: path)
        let bytes = try MappedFile(path).withBytes { Array($0.prefix(length)) }
        try DurableFile.replace(path, with: bytes)
        #expect(throws: (any Error).self) { try PartialReader(path) }
    }

    @Test("what a file says of shapes is checked against the plan")
    func otherShape() throws {
        let folder = try TemporaryFolder()
        let reader = try run.file(try run.partial(shard: 0, rows: [1, 2, 3]), at: folder.path.appending("p"))
        let other = SyntheticRun(models: [SyntheticSource(id: "a", widths: [6, 9]), SyntheticSource(id: "b", widths: [8, 3, 4])])
        #expect(throws: StatisticsError.self) {
            for entry in reader.sections { _ = try reader.read(entry, shape: other.shape) }
        }
    }
}
