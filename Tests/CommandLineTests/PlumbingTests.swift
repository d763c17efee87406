import Foundation
import Testing

@Suite("The commands for engines", .serialized)
struct PlumbingTests {
    @Test("tasks lists the plan's tasks, and those whose partials are missing or damaged")
    func tasks() throws {
        try TinyRun.with { run in
            try #require(try run.program("plan", "run.yaml", "--output", "plan").status == 0)
            let all = try run.program("tasks", "--plan", "plan/plan.json", "--json")
            #expect(all.json?["count"] as? Int == 50)
            let first = try #require((all.json?["tasks"] as? [[String: Any]])?.first)
            #expect(first["task"] as? Int == 0 && first["shard"] as? Int == 0 && first["group"] as? Int == 0)
            #expect(first["tokens"] as? Int == 128)
            for task in 0..<3 {
                let outcome = try run.program("map", "--plan", "plan", "--task", "\(task)", "--output", "parts/\(task).partial")
                try #require(outcome.status == 0, "\(outcome.errors)")
            }
            try run.flipBit("parts/1.partial", at: 0.5)
            // Another task's partial under a task's name is not its own.
            try FileManager.default.copyItem(atPath: run.path("parts/2.partial"), toPath: run.path("parts/4.partial"))
            let missing = try run.program("tasks", "--plan", "plan", "--missing", "parts", "--numbers")
            #expect(missing.output.split(separator: "\n").compactMap { Int($0) } == [1] + Array(3..<50))
            let table = try run.program("tasks", "--plan", "plan")
            #expect(table.output.split(separator: "\n").count == 51)
        }
    }

    @Test("analyze --incomplete makes results of what there is, and says which shards are missing")
    func incomplete() throws {
        try TinyRun.with { run in
            try run.configure(tokens: "1k")
            let calm = try run.program("run", "run.yaml", "--output", "calm", "--json")
            let all = try #require(calm.json?["tokens"] as? Int, "\(calm.errors)")
            try #require(try run.program("plan", "run.yaml", "--output", "plan").status == 0)
            for task in 0..<8 where task != 5 {
                let outcome = try run.program("map", "--plan", "plan", "--task", "\(task)", "--output", "parts/\(task).partial")
                try #require(outcome.status == 0, "\(outcome.errors)")
            }
            let parts = (0..<8).filter { $0 != 5 }.map { "parts/\($0).partial" }
            let reduced = try run.program(["reduce"] + parts + ["--store", "plan/store"])
            try #require(reduced.status == 0, "\(reduced.errors)")
            let refused = try run.program("analyze", "plan")
            #expect(refused.status == 65 && refused.errors.contains("shard 5 in all blocks"), "\(refused.errors)")
            let outcome = try run.program("analyze", "plan", "--incomplete", "--json")
            #expect(outcome.status == 0 && outcome.errors.contains("missing: shard 5 in all blocks"), "\(outcome.errors)")
            let tokens = try #require(outcome.json?["tokens"] as? Int)
            #expect(tokens < all && tokens > all / 2)
            let gaps = try #require(outcome.json?["incomplete"] as? [String: Any])
            #expect(gaps["shards_planned"] as? Int == 8 && gaps["shards_complete"] as? Int == 7 && gaps["most_tokens"] as? Int == tokens)
            #expect(calm.json?["incomplete"] == nil)
            for command in [["inspect", "plan"], ["neuron", "plan", "0.1"]] {
                #expect(try run.program(command).output.contains("not complete: 1 of 8 shards is missing (shard 5 in all blocks)"))
            }
            for command in [["export", "plan", "--authors", "theirs"], ["compare", "plan", "calm"]] {
                #expect(try run.program(command).errors.contains("plan is not complete: 1 of 8 shards is missing (shard 5 in all blocks)"))
            }
            let report = try String(contentsOfFile: run.path("plan/report.html"), encoding: .utf8)
            #expect(report.contains("This run is not complete") && report.contains("shard 5 in all blocks"))
        }
    }

    @Test("features takes a run's folder in place of its configuration, and a folder without a plan is told as such")
    func features() throws {
        try TinyRun.with { run in
            try #require(try run.program("plan", "run.yaml", "--output", "plan").status == 0)
            let listed = try run.program("features", "run.yaml", "--json")
            #expect(listed.status == 0 && !listed.output.isEmpty, "\(listed.errors)")
            for place in ["plan", "plan/plan.json"] { #expect(try run.program("features", place, "--json").output == listed.output) }
            try FileManager.default.createDirectory(atPath: run.path("empty"), withIntermediateDirectories: true)
            let empty = try run.program("features", "empty")
            #expect(empty.status == 66 && empty.errors.contains("there is no plan"), "\(empty.errors)")
        }
    }

    @Test("map leaves a whole partial as it is, and asks to be tried again where a model cannot be reached")
    func map() throws {
        try TinyRun.with { run in
            try #require(try run.program("plan", "run.yaml", "--output", "plan").status == 0)
            let map = ["map", "--plan", "plan", "--task", "7", "--output", "7.partial", "--json"]
            try FileManager.default.moveItem(atPath: run.path("b"), toPath: run.path("elsewhere"))
            let unreachable = try run.program(map)
            #expect(unreachable.status == 75)
            #expect((unreachable.jsonError?["message"] as? String)?.contains("model b cannot be reached") == true)
            #expect(!FileManager.default.fileExists(atPath: run.path("7.partial")))
            try FileManager.default.moveItem(atPath: run.path("elsewhere"), toPath: run.path("b"))
            #expect(try run.program(map).json?["outcome"] as? String == "computed")
            let bytes = try Data(contentsOf: run.folder.appendingPathComponent("7.partial"))
            // Nothing but the plan and the partial is needed to see that there is nothing to do.
            try FileManager.default.removeItem(atPath: run.path("a"))
            try FileManager.default.removeItem(atPath: run.path("plan/corpus"))
            #expect(try run.program(map).json?["outcome"] as? String == "found")
            #expect(try Data(contentsOf: run.folder.appendingPathComponent("7.partial")) == bytes)
            #expect(try run.program("map", "--plan", "plan", "--task", "50", "--output", "50.partial").status == 64)
        }
    }

    @Test("map asks to be tried again where a task does not fit into what was offered, or into what the process may take")
    func memory() throws {
        try TinyRun.with { run in
            // A chunk of 216 columns takes 900 MB.
            try run.configure(chunk: 1_048_576)
            try #require(try run.program("plan", "run.yaml", "--output", "plan", "--memory", "8G", "--threads", "1").status == 0)
            let small = try run.program(
                "map", "--plan", "plan", "--task", "0", "--output", "0.partial", "--threads", "1", "--memory", "16M", "--json")
            #expect(small.status == 75, "\(small.output)\(small.errors)")
            #expect((small.jsonError?["message"] as? String)?.contains("16 MiB were offered") == true, "\(small.output)")
            let limited = try limited(
                "--plan", "plan", "--task", "0", "--output", "0.partial", "--threads", "1", "--memory", "8G", "--json", in: run)
            #expect(limited.end() == 75, "\(limited.output)\(limited.errors)")
            #expect(limited.output.contains("ulimit -v") && !limited.errors.contains("Fatal error"), "\(limited.output)")
            #expect(run.files(in: ".", ".partial").isEmpty && run.files(in: ".", ".part").isEmpty)
        }
    }

    @Test("map asks to be tried again where the operating system fails to read its plan, too")
    func planInTrouble() throws {
        try TinyRun.with { run in
            // A hole of 2 GB, which the limited process cannot map.
            try FileManager.default.createDirectory(atPath: run.path("plan"), withIntermediateDirectories: true)
            try Data().write(to: run.folder.appendingPathComponent("plan/plan.json"))
            try #require(truncate(run.path("plan/plan.json"), 2 << 30) == 0)
            let limited = try limited("--plan", "plan", "--task", "0", "--output", "0.partial", in: run)
            #expect(limited.end() == 75 && limited.errors.contains("plan.json"), "\(limited.errors)")
        }
    }

    /// `map` in a process that may have 900 MB of addresses.
    private func limited(_ arguments: String..., in run: TinyRun) throws -> StartedProgram {
        try StartedProgram(
            "limited", ["-c", "ulimit -v 900000; exec \"$0\" \"$@\"", BuiltProgram.url().path, "map"] + arguments, in: run.folder,
            program: URL(fileURLWithPath: "/bin/sh"))
    }
}
