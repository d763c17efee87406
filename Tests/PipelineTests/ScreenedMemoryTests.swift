import Analysis
import Foundation
import Kernels
import Storage
import Synchronization
import SystemPackage
import Testing

@testable import Pipeline
@testable import Statistics

@Suite("The memory that a screened run's analysis is offered")
struct ScreenedMemoryTests {
    @Test("lets it look for missed partners on as many threads as the memory is enough for, and finds the same", arguments: [1, 2, 3])
    func memory(threads: Int) throws {
        let folder = try PlantedFolder(rows: 128) {
            var settings = ScreeningSettings()
            (settings.pilot, settings.candidates) = (1_024, 4)
            $0.precision = .screening(settings)
        }
        try folder.compute()
        let plan = try RunPlan.read(folder.run.plan)
        let pilotPlan = try RunPlan.read(folder.run.pilot.plan)
        let screening = try #require(plan.numbers.screening)
        let pilot = try #require(
            try PilotSummaries(
                plan: pilotPlan, folder: folder.run.pilot, configuration: plan.configuration, rule: screening.rule,
                context: folder.context()
            ).analyses().first)
        func statistics(_ plan: RunPlan, in folder: RunFolder) throws -> StoredStatistics {
            let snapshot = try StoreSnapshot(
                of: plan.store(at: folder.store), strata: plan.numbers.corpus.strata, includesStaged: false)
            return try plan.statistics(in: snapshot, calibrationOf: folder)
        }
        let lists = try CandidateFile.read(folder.run.candidates, layout: plan.layout, digest: screening.digest)
        let counting = CountingStatistics(try statistics(pilotPlan, in: folder.run.pilot))
        let analysis = try ScreenedAnalysis(
            statistics: try statistics(plan, in: folder.run), configuration: plan.universality, pilot: pilot)
        // Two layers of each model of 20 neurons: four blocks of 1,600 bytes.
        let memory = analysis.memory
        #expect(memory.blockBytes == 20 * 20 * 4)
        let team = ThreadTeam(count: 3)
        func finding(_ bytes: Int) throws -> ScreeningFinding {
            let result = try analysis.run(team: team, memory: bytes)
            return try analysis.finding(on: result, pilotStatistics: counting, lists: lists, team: team, memory: bytes)
        }
        let fixed = memory.mergedBytes + memory.findingBytes
        let found = try finding(fixed + threads * memory.blockBytes)
        #expect(counting.most <= threads && counting.most >= 1)
        let little = try AnalyzeRun(folder: folder.run, context: JobContext(team: team, memory: 1 << 20)).run().result.screening
        let (plenty, alone) = (try finding(1 << 40), try folder.analyze().result.screening)
        #expect(found == plenty && found == alone && found == little)
    }
}

/// Statistics that know how many blocks were read at a time.
private final class CountingStatistics: BlockStatistics {
    private let statistics: StoredStatistics
    private let counts = Mutex((now: 0, most: 0))
    /// The most blocks at a time.
    var most: Int { counts.withLock { $0.most } }

    init(_ statistics: StoredStatistics) { self.statistics = statistics }

    var layout: StatisticsLayout { statistics.layout }
    var replicates: Int { statistics.replicates }

    func tokens(of block: Block, over replicates: ReplicateSet) throws -> Int { try statistics.tokens(of: block, over: replicates) }

    func moments(of block: Block, over replicates: ReplicateSet) throws -> (rows: ColumnMoments, columns: ColumnMoments) {
        try statistics.moments(of: block, over: replicates)
    }

    func correlations(of block: Block, over replicates: ReplicateSet, into correlations: UnsafeMutablePointer<Float>) throws {
        counts.withLock { $0 = (now: $0.now + 1, most: max($0.most, $0.now + 1)) }
        defer { counts.withLock { $0.now -= 1 } }
        // Long enough that others begin meanwhile.
        usleep(20_000)
        try statistics.correlations(of: block, over: replicates, into: correlations)
    }
}
