import Foundation
import Testing

@Suite("substitute")
struct SubstituteTests {
    /// Without those that say what marks mean.
    private static func lines(of output: String) -> [Substring] {
        output.split(separator: "\n").filter { !$0.hasPrefix("–  ") && !$0.hasPrefix("~  ") }
    }

    @Test("prints a line for each neuron and one for all, keeps table and sums, and goes on where more tokens are asked for")
    func table() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let arguments = ["substitute", "out", "--neurons", "1.5,0.3", "--from", "c", "--tokens"]
            let first = try BuiltProgram.run(arguments + ["2k"], in: run.folder)
            try #require(first.status == 0, "\(first.errors)")
            // Two neurons alone and together, three ways each.
            let passes = "9 passes over 2000 tokens, each through the layers behind its neurons; --together takes 3"
            #expect(first.errors.contains(passes), "\(first.errors)")
            let lines = Self.lines(of: first.output)
            // What was read, a heading, two neurons, both together, where it is.
            #expect(
                lines.count == 6 && lines[0].hasPrefix("model a with neurons of c, 1750 tokens of 125 rows; unmodified loss "),
                "\(first.output)")
            for words in ["match · β", "recovered", "by random", "all 2"] { #expect(first.output.contains(words)) }
            let more = try BuiltProgram.run(arguments + ["3k", "--json", "--threads", "3"], in: run.folder)
            let json = try #require(more.json, "\(more.errors)")
            let summary = try #require(json["summary"] as? [String: Any])
            #expect(summary["rows"] as? Int == 188 && summary["other"] as? String == "c" && json["computed_rows"] as? Int == 188)
            let subjects = try #require(summary["subjects"] as? [[String: Any]])
            let effects = try #require(subjects.last?["effects"] as? [String: [String: Any]])
            #expect(subjects.count == 3 && Set(effects.keys) == ["match", "mean", "random"])
            #expect(Set(effects["mean"]?.keys.map { $0 } ?? []) == ["loss", "entropy", "kl"])
            let folder = try #require(json["folder"] as? String)
            #expect(lines.last == "table  \(folder)/substitution.csv")
            let csv = try String(contentsOfFile: run.path("\(folder)/substitution.csv"), encoding: .utf8)
            #expect(csv.split(separator: "\n").count == 4)
            let again = try BuiltProgram.run(arguments + ["3k", "--json", "--threads", "1"], in: run.folder)
            #expect(again.json?["computed_rows"] as? Int == 0)
            #expect(try String(contentsOfFile: run.path("\(folder)/substitution.csv"), encoding: .utf8) == csv)
            let together = try run.program("substitute", "out", "--neurons", "1.5,0.3", "--together", "--tokens", "300")
            #expect(together.status == 0 && Self.lines(of: together.output).count == 4, "\(together.errors)\(together.output)")
            #expect(together.errors.contains("3 passes over 304 tokens") && !together.errors.contains("--together"), "\(together.errors)")
            #expect(try run.program("intervene", "out", "--neurons", "1.5", "--values", "0..2", "--tokens", "300").status == 0)
            let neuron = try run.program("neuron", "out", "1.5", "--json")
            let tables = try #require(neuron.json?["tables"] as? [[String: Any]], "\(neuron.errors)")
            #expect(tables.contains { $0["title"] as? String == "With its match in its place" })
            let changed = try #require(tables.first { $0["title"] as? String == "Changed by hand" })
            #expect((changed["rows"] as? [[Any]])?.count == 3 && (changed["columns"] as? [String])?.contains("loss_change_se") == true)
        }
    }

    @Test("refuses what there is not, with what to do, and writes nothing")
    func refused() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let cases: [(arguments: [String], status: Int32, words: String)] = [
                (["--neurons", "2.0"], 64, "model a has no neuron 2.0"), (["--neurons", "3"], 64, "LAYER.INDEX"),
                (["--neurons", "1.5", "--model", "z"], 64, "no model 'z': it has a, b, c"),
                (["--neurons", "1.5", "--model", "b", "--from", "c"], 65, "it has compared a-b, a-c"),
                (["--neurons", "1.5", "--tokens", "7k"], 65, "fewer than the 7000 tokens"),
            ]
            for (arguments, status, words) in cases {
                let outcome = try BuiltProgram.run(["substitute", "out"] + arguments, in: run.folder)
                #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome.status) \(outcome.errors)")
                #expect(outcome.output == "")
            }
            #expect(!FileManager.default.fileExists(atPath: run.path("out/substitution")))
            #expect(try run.program("plan", "run.yaml", "--output", "planned").status == 0)
            let missing = try run.program("substitute", "planned", "--neurons", "1.5")
            #expect(missing.status == 66, "\(missing.errors)")
        }
    }
}
