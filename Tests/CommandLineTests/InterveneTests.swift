import Foundation
import Testing

@testable import universal_neurons

@Suite("intervene")
struct InterveneTests {
    @Test("prints a line for each condition, keeps table and sums, and goes on where more tokens are asked for")
    func table() throws {
        try TinyRun.with { run in
            #expect(try run.program("plan", "run.yaml", "--output", "out").status == 0)
            let arguments = ["intervene", "out", "--neurons", "1.5,0.3", "--values", "-0.17..1", "--frozen-norm", "--tokens"]
            let first = try BuiltProgram.run(arguments + ["2k"], in: run.folder)
            try #require(first.status == 0, "\(first.errors)")
            let lines = first.output.split(separator: "\n")
            // What was read, a heading, the unmodified model, two neurons at three values in two ways, where it is.
            #expect(lines.count == 3 + 2 * 3 * 2 + 1 && lines[0] == "model a, 1750 tokens of 125 rows", "\(first.output)")
            for words in ["1/(rank+1)", "fixed -0.17", "norm", "interventions.csv"] { #expect(first.output.contains(words)) }
            let more = try BuiltProgram.run(arguments + ["3k", "--json", "--threads", "3"], in: run.folder)
            let json = try #require(more.json, "\(more.errors)")
            let summary = try #require(json["summary"] as? [String: Any])
            #expect(summary["rows"] as? Int == 188 && summary["tokens"] as? Int == 188 * 14 && json["computed_rows"] as? Int == 188)
            let conditions = try #require(summary["conditions"] as? [[String: Any]])
            let figures = try #require(conditions.last?["figures"] as? [String: Any])
            #expect(conditions.count == 12 && Set(figures.keys) == ["loss", "entropy", "rank", "reciprocal_rank", "scale"])
            let loss = try #require(figures["loss"] as? [String: [String: Any]])
            let mean = try #require(loss["mean"]?["value"] as? Double)
            #expect(mean > 0 && (loss["change"]?["standard_error"] as? Double ?? -1) > 0)
            let folder = try #require(json["folder"] as? String)
            #expect(lines.last == "table  \(folder)/interventions.csv")
            let csv = try String(contentsOfFile: run.path("\(folder)/interventions.csv"), encoding: .utf8)
            #expect(csv.split(separator: "\n").count == 2 + 12)
            let again = try BuiltProgram.run(arguments + ["3k", "--json", "--threads", "1"], in: run.folder)
            #expect(again.json?["computed_rows"] as? Int == 0)
            #expect(try String(contentsOfFile: run.path("\(folder)/interventions.csv"), encoding: .utf8) == csv)
            let fewer = try BuiltProgram.run(arguments + ["2k"], in: run.folder)
            #expect(fewer.output == String(first.output.dropLast()) + ", of \(188 * 14) tokens\n", "\(fewer.output)")
            #expect(fewer.errors.contains("interventions.csv stays as it is: it is of 2632 tokens, more than 1750"), "\(fewer.errors)")
            #expect(try String(contentsOfFile: run.path("\(folder)/interventions.csv"), encoding: .utf8) == csv)
            let other = try run.program(
                "intervene", "out", "--neurons", "2.39", "--model", "c", "--kind", "relu", "--frozen-frequency", "--tokens", "300")
            #expect(other.status == 0 && other.output.contains("relu (pre)") && other.output.contains("KL to unigrams"), "\(other.errors)")
        }
    }

    @Test("refuses what there is not and what is no number, with what to do, and writes nothing")
    func refused() throws {
        try TinyRun.with { run in
            #expect(try run.program("plan", "run.yaml", "--output", "out").status == 0)
            let cases: [(arguments: [String], status: Int32, words: String)] = [
                (["--neurons", "2.0"], 64, "model a has no neuron 2.0: it has layers 0 to 1 of 24 neurons"),
                (["--neurons", "3"], 64, "LAYER.INDEX"),
                (["--neurons", "1.5", "--values", "0,x"], 64, "'x' is not a number"),
                (["--neurons", "1.5", "--values", "nan"], 64, "'nan' is not a number"),
                (["--neurons", "1.5", "--values", "3..1"], 64, "ends below its beginning"),
                (["--neurons", "1.5", "--kind", "nothing"], 64, "'nothing' is none of fixed, zero"),
                (["--neurons", "1.5", "--kind", "zero", "--values", "1"], 64, "takes no --values"),
                (["--neurons", "1.5", "--kind", "multiply"], 64, "needs --values"),
                (["--neurons", "1.5", "--kind", "mean", "--at", "pre"], 65, "the sums over all shards are not here"),
                (["--neurons", "1.5", "--kind", "mean", "--at", "pre", "--model", "b"], 64, "references alone (a), and model b is none"),
                (["--neurons", "1.5", "--model", "z"], 64, "no model 'z': it has a, b, c"),
                (["--neurons", "1.5", "--tokens", "7k"], 65, "400 rows of 16 tokens, fewer than the 7000 tokens"),
            ]
            for (arguments, status, words) in cases {
                let outcome = try BuiltProgram.run(["intervene", "out"] + arguments, in: run.folder)
                #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome.status) \(outcome.errors)")
                #expect(outcome.output == "")
            }
            #expect(!FileManager.default.fileExists(atPath: run.path("out/interventions")))
            let missing = try run.program("intervene", "nothing", "--neurons", "1.5")
            #expect(missing.status == 66 && missing.errors.contains("there is no plan"), "\(missing.errors)")
        }
    }

    @Test("values are lists, and ranges with both ends and the whole numbers between")
    func values() throws {
        #expect(try ValueList.parse("-0.17..6") == [-0.17, 0, 1, 2, 3, 4, 5, 6])
        #expect(try ValueList.parse("0,1,2.5") == [0, 1, 2.5])
        #expect(try ValueList.parse("2..2") == [2])
        #expect(try ValueList.parse("-2..-0.5,3..4") == [-2, -1, -0.5, 3, 4])
        for text in ["", "1,", "a", "1..b", "inf", "0..5000"] { #expect(throws: (any Error).self) { _ = try ValueList.parse(text) } }
    }
}
