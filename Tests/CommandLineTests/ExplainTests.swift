import Foundation
import SmallRuns
import Testing

@Suite("explain: neurons in words")
struct ExplainTests {
    /// The lines of a file, an object each.
    private func lines(_ path: String) throws -> [[String: Any]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
    }

    /// An answer to a prompt: each token is as active as its place in the window.
    private func answer(_ prompt: [String: Any], _ explanation: String) -> [String: Any] {
        var answer: [String: Any] = ["explanation": explanation, "explainer": "a test"]
        for key in ["run", "prompt", "neuron"] { answer[key] = prompt[key] }
        let windows = prompt["held_out"] as? [[String: Any]] ?? []
        answer["simulated"] = windows.map { Array(0..<(($0["tokens"] as? [Any])?.count ?? 0)) }
        return answer
    }

    private func write(_ answers: [[String: Any]], to path: String) throws {
        let lines = try answers.map { String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self) + "\n" }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test("prompts go out, answers come back, and what was written stands in inspect and in the report")
    func roundTrip() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let none = try run.program("explain", "out", "--out", "prompts.jsonl")
            #expect(none.status == 65 && none.errors.contains("no neuron is universal"), "\(none.errors)")
            let early = try run.program("explain", "out", "--in", "answers.jsonl")
            #expect(early.status == 66 && early.errors.contains("explain out --out prompts.jsonl"), "\(early.errors)")
            let written = try run.program(
                "explain", "out", "--out", "prompts.jsonl", "--top", "3", "--examples", "2", "--held-out", "4", "--threads", "2", "--json")
            #expect(written.status == 0 && written.errors.contains("tokens are ids"), "\(written.errors)")
            #expect(written.json?["neurons"] as? Int == 3 && written.json?["held_out"] as? Int == 12, "\(written.output)")
            let prompts = try lines(run.path("prompts.jsonl"))
            try #require(prompts.count == 3)
            let summary = try run.result("out")
            #expect(prompts.allSatisfy { $0["statistics_sha256"] as? String == summary.digest && $0["model"] as? String == "a" })
            let first = try #require(prompts[0]["neuron"] as? String)

            try write(prompts.map { answer($0, "planted <b>") }, to: run.path("answers.jsonl"))
            let scored = try run.program("explain", "out", "--in", "answers.jsonl")
            #expect(
                scored.status == 0 && scored.output.contains("3 answers scored; 3 explanations in out/explanations.csv"), "\(scored.errors)"
            )
            #expect(scored.output.contains(first) && scored.output.contains("planted <b>") && scored.output.contains("analyze out"))
            let json = try #require(try run.program("explain", "out", "--in", "answers.jsonl", "--json").json)
            let explanations = try #require(json["explanations"] as? [[String: Any]])
            #expect(explanations.count == 3 && explanations.allSatisfy { ($0["score"] as? Double).map { abs($0) <= 1 } == true })
            #expect(try run.program("inspect", "out", "--neuron", first).output.contains("planted <b> (a test, score "))
            #expect(try run.program("inspect", "out").output.contains("explanations.csv"))
            #expect(try run.program("analyze", "out").status == 0)
            let report = try String(contentsOfFile: run.path("out/report.html"), encoding: .utf8)
            #expect(report.components(separatedBy: "In words: planted &lt;b&gt; (a test, score ").count == 4)
            #expect(try run.result("out") == summary)
        }
    }

    @Test("a line that cannot be used, and answers to another run, end with 65 and leave what was there")
    func refused() throws {
        try TinyRun.with { run in
            try run.configure("other.yaml", chunk: 32)
            for (config, output) in [("run.yaml", "out"), ("other.yaml", "other")] {
                #expect(try run.program("run", config, "--output", output).status == 0)
                #expect(try run.program("explain", output, "--out", "\(output).jsonl", "--top", "2").status == 0)
            }
            let prompts = try lines(run.path("out.jsonl"))
            try write(prompts.map { answer($0, "x") }, to: run.path("answers.jsonl"))
            let other = try run.program("explain", "other", "--in", "answers.jsonl")
            #expect(other.status == 65 && other.errors.contains("answers.jsonl, line 1: it answers a prompt of the run"), "\(other.errors)")
            #expect(!FileManager.default.fileExists(atPath: run.path("other/explanations.csv")))
            #expect(try run.program("explain", "out", "--in", "answers.jsonl").status == 0)
            let before = try Data(contentsOf: run.folder.appendingPathComponent("out/explanations.csv"))
            var short = answer(prompts[1], "y")
            short["simulated"] = [[0]]
            try write([answer(prompts[0], "y"), short], to: run.path("short.jsonl"))
            let refused = try run.program("explain", "out", "--in", "short.jsonl", "--json")
            #expect(refused.status == 65)
            #expect((refused.jsonError?["message"] as? String)?.hasPrefix("short.jsonl, line 2: ") == true, "\(refused.output)")
            #expect(try Data(contentsOf: run.folder.appendingPathComponent("out/explanations.csv")) == before)
            let missing = try run.program("explain", "out", "--in", "no.jsonl")
            #expect(missing.status == 66 && missing.errors.contains("no.jsonl does not exist"))
            let unknown = try run.program("explain", "out", "--out", "none.jsonl", "--neurons", "0.1,7.0")
            #expect(unknown.status == 64 && unknown.errors.contains("no neuron 7.0"), "\(unknown.errors)")
            #expect(!FileManager.default.fileExists(atPath: run.path("none.jsonl")))
        }
    }

    @Test("prompts of a run with a tokenizer have the text of each token")
    func text() throws {
        try DemoRun.with { demo in
            let config = try demo.configure(lines: ["features: none"])
            #expect(try BuiltProgram.run(["run", config, "--output", demo.path("out")]).status == 0)
            let written = try BuiltProgram.run(
                ["explain", demo.path("out"), "--out", demo.path("prompts.jsonl"), "--neurons", "3.178, 1.241", "--held-out", "2"])
            #expect(written.status == 0 && written.output.hasPrefix("2 prompts in "), "\(written.errors)")
            let prompts = try lines(demo.path("prompts.jsonl"))
            #expect(prompts.map { $0["neuron"] as? String } == ["3.178", "1.241"])
            let inspected = try #require(try BuiltProgram.run(["inspect", demo.path("out"), "--neuron", "3.178", "--json"]).json)
            let strongest = try #require((inspected["examples"] as? [[String: Any]])?.first)
            let window = try #require((prompts[0]["examples"] as? [[String: Any]])?.first)
            let (position, first) = (try #require(strongest["position"] as? Int), try #require(window["position"] as? Int))
            let tokens = try #require(window["tokens"] as? [String])
            #expect(tokens[position - first] == strongest["token"] as? String)
            #expect((window["normalized"] as? [Int])?[position - first] == 10)
        }
    }
}
