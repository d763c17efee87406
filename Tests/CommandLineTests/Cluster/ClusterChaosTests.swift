import Foundation
import SmallRuns
import Testing

@Suite("A cluster whose processes are killed and stopped")
struct ClusterChaosTests {
    /// Histories that are played; each is a run that is disturbed until it has had its share.
    private static let histories = 18
    /// The first of them whose processes are separate ones over tcp: five are.
    private static let firstSeparate = 13
    /// Those that are played at a time: they wait more than they compute.
    private static let atOnce = 3
    /// What must have hit somebody in all of them together.
    private static let hits =
        ChaosHistory.Hit.certain + ClusterChaos.roles.map { ChaosHistory.Hit(who: $0, fate: .stopped) }
        + [ChaosHistory.Hit(who: "everything", fate: .killed)]

    @Test("computes the bits of a calm run, whatever dies or sleeps past its lease (UN_CHAOS_SEED)")
    func killed() async throws {
        let calm = try await OwnThread.run { try TinyRun.with { try $0.calm() } }
        var waiting = (ClusterChaos.replayed.map { [$0] } ?? Array(0..<Self.histories))[...]
        var played: [ChaosHistory] = []
        try await withThrowingTaskGroup(of: ChaosHistory.self) { group in
            func begin() {
                guard let seed = waiting.popFirst() else { return }
                group.addTask { try await OwnThread.run { try Self.play(seed) } }
            }
            for _ in 0..<Self.atOnce { begin() }
            while let history = try await group.next() {
                begin()
                history.check(against: calm)
                played.append(history)
            }
        }
        guard ClusterChaos.replayed == nil else { return }
        let hits = played.flatMap(\.hits)
        // Of the six most hit; how many do before a single run is over depends on what else the machine does.
        #expect(hits.count >= 4 * Self.histories, "only \(hits.count) blows hit")
        for hit in Self.hits { #expect(hits.contains(hit), "no \(hit)") }
        // In most of them a coordinator finds workers with leases and reducers with parcels that its predecessor has left.
        let separate = played.filter(\.isSeparate)
        #expect(separate.count == Self.histories - Self.firstSeparate)
        #expect(separate.count { $0.successions > 0 } > separate.count / 2, "\(separate)")
    }

    /// One history. Whatever goes wrong is a part of it, so that the others are played all the same.
    private static func play(_ seed: Int) throws -> ChaosHistory {
        try TinyRun.with { run in
            let chaos = ClusterChaos(seed: seed)
            var generator = SeededGenerator(tiny: UInt64(seed) + 4_000)
            let workers = Int.random(in: 1...2, using: &generator)
            let reducers = Int.random(in: 1...2, using: &generator)
            let processes: any ChaosProcesses =
                seed < firstSeparate
                ? FamilyProcesses(run, workers: workers, reducers: reducers, options: chaos.options)
                : try SeparateProcesses(run, workers: workers, reducers: reducers, options: chaos.options)
            var history = try chaos.play(processes, workers: workers, reducers: reducers, using: &generator)
            if history.problem == nil { history.result = try? run.result("out") }
            return history
        }
    }
}
