import Foundation
import SmallRuns
import Testing

/// What ClusterChaosTests shows on tiny models, three times on the whole demo.
@Suite(
    "A cluster on the whole demo, whose processes are killed and stopped", .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["UN_ALL"] != nil, "only with UN_ALL=1: it takes half an hour of processor time"))
struct ClusterChaosDemoTests {
    /// Histories that are played.
    private static let histories = 3
    /// Blows of the twelve that must hit in each.
    private static let least = 6

    @Test("computes the bits of a calm run, whatever dies")
    func killed() throws {
        try TemporaryFolder.with { folder in
            let run = TinyRun(folder: folder)
            try DemoRun.writeWhole("demo.yaml", in: run)
            let outcome = try run.program("run", "demo.yaml", "--output", "calm")
            try #require(outcome.status == 0, "\(outcome.errors)")
            let calm = try run.result("calm")
            var hits: [ChaosHistory.Hit] = []
            for seed in ClusterChaos.replayed.map({ [$0] }) ?? Array(0..<Self.histories) {
                // A blow every few seconds of a run of minutes; leases that last longer than a heartbeat on a machine this busy.
                let chaos = ClusterChaos(
                    seed: seed, blows: 12, leaseSeconds: 5, pauses: 1_000_000...15_000_000, patience: 3_600, most: 30)
                var generator = SeededGenerator(tiny: UInt64(seed) + 5_000)
                let processes = FamilyProcesses(run, configuration: "demo.yaml", workers: 2, reducers: 2, options: chaos.options)
                var history = try chaos.play(processes, workers: 2, reducers: 2, using: &generator)
                history.result = try? run.result("out")
                history.check(against: calm)
                #expect(history.hits.count >= Self.least, "\(history)")
                hits += history.hits
                try FileManager.default.removeItem(atPath: run.path("out"))
            }
            guard ClusterChaos.replayed == nil else { return }
            for hit in ChaosHistory.Hit.certain { #expect(hits.contains(hit), "no \(hit)") }
        }
    }
}
