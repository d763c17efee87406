import Foundation
import Testing

@Suite("A worker's memory", .serialized)
struct WorkerMemoryTests {
    /// What a worker is started with, and how many leases the five groups of the demo's plan then take.
    struct Offer: Sendable, CustomTestStringConvertible {
        let megabytes: Int
        let bundles: Int

        var testDescription: String { "\(megabytes) MB" }
    }

    /// Each a little above what so many groups together are said to need, so that the figures behind it are tested and not the room.
    private static let offers = [
        Offer(megabytes: 230, bundles: 4), Offer(megabytes: 290, bundles: 2), Offer(megabytes: 432, bundles: 1),
    ]

    @Test("stays under what it offers, from one pair of models at a time to all of them", arguments: offers)
    func peak(offer: Offer) throws {
        try DemoRun.with { run in
            try run.configure(models: ["a", "b", "c", "d", "e"], shard: 8_192, chunk: 4_096, lines: ["threads: 2"])
            let endpoint = ["tcp://127.0.0.1:\(FreePort.find())", "--insecure"]
            // Every group is a pair of models: no worker is too small for one.
            let coordinator = try StartedProgram(
                "coordinator", ["coordinator", "run.yaml", "--output", "out", "--worker-memory", "230M", "--listen"] + endpoint,
                in: run.folder)
            let reducer = try StartedProgram(
                "reducer", ["reducer", "--store", "store", "--listen", "tcp://127.0.0.1:*", "--connect"] + endpoint, in: run.folder)
            let worker = try StartedProgram(
                "worker", ["worker", "--memory", "\(offer.megabytes)M", "--threads", "2", "--connect"] + endpoint, in: run.folder)
            let peak = worker.peakMemory()
            #expect(worker.end() == 0, "\(worker.errors)")
            #expect(peak > 0 && peak <= offer.megabytes << 20, "\(peak >> 20) MB of \(offer.megabytes)")
            let events = try BuiltProgram.run(["events", "out", "--json"], in: run.folder).output
            let joined = try #require(events.split(separator: "\n").first { $0.contains("worker_joined") })
            let entry = try #require(try JSONSerialization.jsonObject(with: Data(joined.utf8)) as? [String: Any])
            let record = (entry["record"] as? [String: Any])?["worker_joined"] as? [String: Any]
            let bundles = try #require((record?["offer"] as? [String: Any])?["bundles"] as? [[Int]])
            #expect(bundles.count == offer.bundles && bundles.joined().count == 5, "\(bundles)")
            withExtendedLifetime((coordinator, reducer)) {}
        }
    }
}
