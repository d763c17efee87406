import Foundation
import SmallRuns
import Testing

@Suite("A cluster whose processes are killed and stopped")
struct ClusterChaosTests {
    /// Histories that are played; each is a run that is disturbed until it has had its share.
    private static let histories = 30
    /// Those that are played at a time: they wait more than they compute.
    private static let atOnce = 3
    /// The one to play again, alone.
    private static let replayed = ProcessInfo.processInfo.environment["UN_CHAOS_SEED"].flatMap { Int($0) }
    /// Blows that must hit in each; most of the six do.
    private static let least = 2
    /// What must have hit somebody in all of them together.
    private static let hits =
        ["worker", "reducer", "coordinator"].flatMap { who in [true, false].map { ChaosHistory.Hit(who: who, isKilled: $0) } }
        + [ChaosHistory.Hit(who: "everything", isKilled: true)]

    @Test("computes the bits of a calm run, whatever dies")
    func killed() async throws {
        let calm = try await OwnThread.run { try TinyRun.with { try $0.calm() } }
        var waiting = (Self.replayed.map { [$0] } ?? Array(0..<Self.histories))[...]
        var hits: [ChaosHistory.Hit] = []
        try await withThrowingTaskGroup(of: ChaosHistory.self) { group in
            func begin() {
                guard let seed = waiting.popFirst() else { return }
                group.addTask { try await OwnThread.run { try Self.play(seed) } }
            }
            for _ in 0..<Self.atOnce { begin() }
            while let history = try await group.next() {
                begin()
                history.check(against: calm, hits: Self.least)
                hits += history.hits
            }
        }
        guard Self.replayed == nil else { return }
        #expect(hits.count >= 4 * Self.histories, "only \(hits.count) blows hit")
        for hit in Self.hits { #expect(hits.contains(hit), "no \(hit)") }
    }

    /// One history. Whatever goes wrong is a part of it, so that the others are played all the same.
    private static func play(_ seed: Int) throws -> ChaosHistory {
        try TinyRun.with { run in
            var generator = SeededGenerator(tiny: UInt64(seed) + 4_000)
            let workers = Int.random(in: 1...2, using: &generator)
            let reducers = Int.random(in: 1...2, using: &generator)
            var history = try ClusterChaos(seed: seed).play(
                "run.yaml", output: "out", workers: workers, reducers: reducers, in: run, using: &generator)
            if history.problem == nil { history.result = try? run.result("out") }
            return history
        }
    }
}
