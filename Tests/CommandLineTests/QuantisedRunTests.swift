import Foundation
import SmallRuns
import Testing

@Suite("The same bits of rounded activations", .serialized)
struct QuantisedRunTests {
    private static let precision = "precision: {int8: 7}"

    @Test("for any number of threads, in one process and with workers and reducers")
    func threads() throws {
        try TinyRun.with { run in
            try run.configure(extra: Self.precision)
            let first = try run.program("run", "run.yaml", "--output", "one", "--threads", "1")
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.output.contains("activations of 7 bits"))
            let calm = try run.result("one")
            for threads in ["2", "3"] {
                #expect(try run.program("run", "run.yaml", "--output", "t\(threads)", "--threads", threads).status == 0)
                #expect(try run.result("t\(threads)") == calm)
            }
            let cluster = try run.program("run", "run.yaml", "--output", "cluster", "--workers", "2", "--reducers", "2")
            #expect(cluster.status == 0, "\(cluster.errors)")
            #expect(try run.result("cluster") == calm)
            let summary = try JSONSerialization.jsonObject(with: Data(contentsOf: run.folder.appendingPathComponent("one/summary.json")))
            let error = (summary as? [String: Any])?["rounding_error"] as? [String: Any]
            #expect(error?["bits"] as? Int == 7 && (error?["typical"] as? Double ?? 0) > 0)
        }
    }

    @Test("for chunks of another length, and with block groups that fit into little memory")
    func memory() throws {
        try TinyRun.with { run in
            try run.configure(chunk: 1 << 16, extra: Self.precision)
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let refused = try run.program("run", "run.yaml", "--output", "small", "--memory", "100M", "--threads", "1")
            #expect(refused.status == 78)
            let needed = try #require(refused.errors.firstMatch(of: /alone needs (\d+) MiB/)).1
            let outcome = try run.program(
                "run", "run.yaml", "--output", "small", "--threads", "1", "--memory", "\((Int(needed) ?? 0) + 8)M")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try run.result("small") == run.result("calm"))
        }
    }

    @Test("from map and reduce in any order")
    func mapAndReduce() throws {
        try TinyRun.with { run in
            try run.configure(extra: Self.precision)
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            #expect(try run.program("plan", "run.yaml", "--output", "plan").status == 0)
            try FileManager.default.createDirectory(atPath: run.path("parts"), withIntermediateDirectories: true)
            for task in 0..<50 {
                let outcome = try run.program("map", "--plan", "plan/plan.json", "--task", "\(task)", "--output", "parts/\(task).partial")
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            var generator = SeededGenerator(tiny: 31)
            let files = (0..<50).map { "parts/\($0).partial" }.shuffled(using: &generator)
            for (name, part) in [("first", files[..<20]), ("second", files[20...])] {
                let outcome = try BuiltProgram.run(["reduce", "--plan", "plan/plan.json"] + part + ["--output", name], in: run.folder)
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            let outcome = try run.program("reduce", "--plan", "plan/plan.json", "second", "first", "--store", "plan/store")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try run.program("analyze", "plan").status == 0)
            #expect(try run.result("plan") == run.result("calm"))
        }
    }
}
