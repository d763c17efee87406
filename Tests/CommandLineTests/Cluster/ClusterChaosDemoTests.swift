import Foundation
import Testing

/// What ClusterChaosTests shows on tiny models, three times on the whole demo.
@Suite(
    "A cluster on the whole demo, whose processes are killed and stopped", .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["UN_ALL"] != nil, "only with UN_ALL=1: it takes half an hour of processor time"))
struct ClusterChaosDemoTests {
    /// Histories that are played.
    private static let histories = 3

    @Test("computes the bits of a calm run, whatever dies")
    func killed() throws {
        try TemporaryFolder.with { folder in
            let run = TinyRun(folder: folder)
            try DemoRun.writeWhole("demo.yaml", in: run)
            let calm = try run.program("run", "demo.yaml", "--output", "calm")
            try #require(calm.status == 0, "\(calm.errors)")
            for seed in 0..<Self.histories {
                // A blow every few seconds of a run of minutes; leases that last longer than a heartbeat on a machine this busy.
                let chaos = ClusterChaos(
                    seed: seed, blows: 12, leaseSeconds: 5, pauses: 1_000_000...15_000_000, stops: 500_000...8_000_000)
                var generator = TinyGenerator(seed: UInt64(seed) + 5_000)
                let log = try chaos.play(
                    "demo.yaml", output: "out", workers: 2, reducers: 2, in: run, most: 30, using: &generator)
                #expect(try run.result("out") == run.result("calm"), "seed \(seed): \(log)")
                try FileManager.default.removeItem(atPath: run.path("out"))
            }
        }
    }
}
