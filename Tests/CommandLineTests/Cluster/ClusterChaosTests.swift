import Foundation
import Testing

@Suite("A cluster whose processes are killed and stopped", .serialized)
struct ClusterChaosTests {
    /// Histories that are played; each is a run that is disturbed until it has had its share.
    private static let histories = 30

    @Test("computes the bits of a calm run, whatever dies", arguments: 0..<histories)
    func killed(seed: Int) throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            var generator = TinyGenerator(seed: UInt64(seed) + 4_000)
            let workers = Int.random(in: 1...2, using: &generator)
            let reducers = Int.random(in: 1...2, using: &generator)
            let log = try ClusterChaos(seed: seed).play(
                "run.yaml", output: "out", workers: workers, reducers: reducers, in: run, using: &generator)
            #expect(try run.result("out") == run.result("calm"), "seed \(seed): \(log)")
        }
    }
}
