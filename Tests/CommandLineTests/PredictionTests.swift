import Foundation
import SmallRuns
import Testing

/// What `plan` says of bytes against the bytes that a run then has. Where a figure is off, ``StoredSizes`` is to be mended, not the test.
@Suite("What plan predicts", .serialized)
struct PredictionTests {
    /// A run over models of the demo, large enough for constants not to weigh.
    struct Shape: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let models: [String]
        let tokens: String
        let shard: Int
        let lines: [String]

        /// Whether it is measured without UN_ALL=1: a run takes a minute on a slow machine.
        var isAlways = false

        func configure(_ run: DemoRun) throws { try run.configure(tokens: tokens, models: models, shard: shard, lines: lines) }
    }

    private static let measuresAll = ProcessInfo.processInfo.environment["UN_ALL"] != nil

    private static let shapes = [
        Shape(
            testDescription: "small shards", models: ["a", "b"], tokens: "8k", shard: 2_048, lines: ["features: none"], isAlways: true),
        Shape(
            testDescription: "a band, a coarse resolution", models: ["c", "d"], tokens: "32k", shard: 8_192,
            lines: ["features: none", "layers: {band: 1}", "resolution: 1/4", "matrices: float16"]),
        Shape(
            testDescription: "a fine resolution", models: ["a", "e"], tokens: "16k", shard: 4_096,
            lines: ["features: none", "resolution: 1/64", "replicates: 4"]),
        // On every processor.
        Shape(
            testDescription: "rounded activations", models: ["b", "d"], tokens: "16k", shard: 4_096,
            lines: ["features: none", "precision: {int8: 7}", "replicates: 4"], isAlways: true),
    ]
    private static let withFeatures = Shape(
        testDescription: "features", models: ["a", "e"], tokens: "16k", shard: 4_096, lines: ["replicates: 4"], isAlways: true)

    /// Plans a run in `out`, and says what that will cost.
    private func cost(_ run: DemoRun) throws -> [String: Double] {
        let plan = try BuiltProgram.run(["plan", "run.yaml", "--output", "out", "--json"], in: run.folder)
        #expect(plan.status == 0, "\(plan.errors)")
        return try #require(plan.json?["cost"] as? [String: Any]).compactMapValues { ($0 as? NSNumber)?.doubleValue }
    }

    private func bytes(_ folder: URL) throws -> Double {
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey]))
        return try files.reduce(0.0) { sum, file in
            let size = try (file as? URL)?.resourceValues(forKeys: [.fileSizeKey]).fileSize
            return sum + Double(size ?? 0)
        }
    }

    private func isWithinAFifth(_ predicted: Double?, _ found: Double) -> Bool {
        predicted.map { abs($0 - found) <= 0.2 * found } ?? false
    }

    @Test(
        "of partials, store, matrices and folder is within a fifth of what a run writes",
        arguments: (shapes + [withFeatures]).filter { measuresAll || $0.isAlways })
    func disk(shape: Shape) throws {
        try DemoRun.with { run in
            try shape.configure(run)
            let cost = try cost(run)
            let task = try BuiltProgram.run(["map", "--plan", "out", "--task", "0", "--output", "part"], in: run.folder)
            #expect(task.status == 0, "\(task.errors)")
            let ofTask = try #require(cost["partials"]) / #require(cost["tasks"])
            let partial = Double(try run.bytes("part").count)
            #expect(isWithinAFifth(ofTask, partial), "\(ofTask) predicted, a partial has \(partial)")
            let outcome = try BuiltProgram.run(["run", "run.yaml", "--output", "out"], in: run.folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let store = try bytes(run.folder.appendingPathComponent("out/store/sections"))
            #expect(isWithinAFifth(cost["store_on_disk"], store), "\(cost["store_on_disk"] ?? 0) predicted, the store has \(store)")
            #expect(try store <= #require(cost["store"]))
            let matrices = try bytes(run.folder.appendingPathComponent("out/correlations.zarr"))
            #expect(isWithinAFifth(cost["matrices_on_disk"], matrices), "\(cost["matrices_on_disk"] ?? 0) predicted, \(matrices) written")
            let all = try bytes(run.folder.appendingPathComponent("out"))
            #expect(isWithinAFifth(cost["folder"], all), "\(cost["folder"] ?? 0) predicted, \(all) in the run's folder")
            #expect(try #require(cost["folder_at_most"]) >= #require(cost["folder"]))
        }
    }

    @Test(
        "of the bytes from workers to reducers is within a fifth of what a worker sends",
        arguments: shapes.filter { measuresAll || $0.isAlways })
    func wire(shape: Shape) throws {
        try DemoRun.with { demo in
            try shape.configure(demo)
            let planned = try BuiltProgram.run(["plan", "run.yaml", "--memory", "2G", "--json"], in: demo.folder)
            let estimate = try #require(planned.json?["estimate"] as? [String: Any], "\(planned.errors)")
            let worker = try #require((estimate["workers"] as? [[String: Any]])?.first?["cost"] as? [String: Any])
            let predicted = try #require(worker["partials"] as? Double) / Double(#require(worker["tasks"] as? Int))
            let run = TinyRun(folder: demo.folder)
            let cluster = try MeteredCluster(run)
            let sender = try cluster.worker()
            // Of one pair of models each task sends one parcel. From the first on nothing more is given out, so that the worker can be asked.
            let hasBegun = sender.waits("its first parcel") { !run.staged(in: "store").isEmpty }
            #expect(hasBegun && ProcessTree.stop(cluster.coordinator.process.processIdentifier), "\(sender.errors)")
            var sent = Double.nan
            let isKnown = Scrape.awaits(sender) { scrape in
                guard let parcels = scrape["universal_neurons_worker_parcels_acknowledged_total"], parcels > 0,
                    let bytes = scrape["universal_neurons_worker_parcels_acknowledged_bytes_total"]
                else { return false }
                sent = bytes / parcels
                return true
            }
            #expect(isKnown && isWithinAFifth(predicted, sent), "\(predicted) predicted, a task has sent \(sent)")
            withExtendedLifetime(cluster) {}
        }
    }

    @Test(
        "of the memory of a reducer is what one stays within that has all of the statistics",
        arguments: measuresAll ? [1, 2] : [2])
    func reducerMemory(threads: Int) throws {
        try DemoRun.with { demo in
            try demo.configure(
                tokens: "32k", models: ["a", "b", "c"], shard: 4_096, lines: ["features: none", "replicates: 4", "threads: \(threads)"])
            let plan = try BuiltProgram.run(["plan", "run.yaml", "--memory", "2G", "--json"], in: demo.folder)
            let estimate = try #require(plan.json?["estimate"] as? [String: Any], "\(plan.errors)")
            let cost = try #require((estimate["workers"] as? [[String: Any]])?.first?["cost"] as? [String: Any])
            let predicted = try #require(cost["reducer_memory"] as? Int)
            let cluster = StartedCluster(run: TinyRun(folder: demo.folder))
            let coordinator = try cluster.coordinator()
            let reducer = try cluster.reducer("store", ["--threads", "\(threads)"])
            let worker = try cluster.worker()
            let peak = reducer.peakMemory()
            #expect(coordinator.end() == 0 && reducer.end() == 0 && worker.end() == 0, "\(coordinator.errors)\(reducer.errors)")
            // Of small models the program itself is the most of it.
            #expect(peak <= predicted && peak > 20 << 20 && 4 * peak >= predicted, "\(predicted) predicted, \(peak) taken")
        }
    }

    @Test("of the memory is what a process stays within, and no more than a fifth above what it needs")
    func memory() throws {
        try DemoRun.with { run in
            // The more there is to keep, the less the program itself weighs, which is counted with room.
            let lines = ["features: none", "threads: 1"]
            try run.configure(tokens: "32k", models: ["a", "b", "c", "d", "e"], shard: 16_384, chunk: 8_192, lines: lines)
            let memory = try #require(try cost(run)["memory"])
            let task = try StartedProgram("map", ["map", "--plan", "out", "--task", "0", "--output", "part"], in: run.folder)
            let peak = Double(task.peakMemory())
            #expect(task.end() == 0, "\(task.errors)")
            #expect(peak <= memory && peak >= 0.8 * memory, "\(memory) predicted, \(peak) taken")
        }
    }
}
