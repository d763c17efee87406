import Foundation
import Testing

@Suite("similarity")
struct SimilarityCommandTests {
    @Test("writes a table of all compared layers, and adds to it what is asked for later")
    func measured() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let same = try run.program("similarity", "out", "--measures", "cka,soft-matching", "--json")
            #expect(same.status == 0, "\(same.errors)")
            let pairs = try #require(same.json?["pairs"] as? [[String: Any]])
            #expect(pairs.map { $0["pair"] as? String } == ["a-b", "a-c"])
            let figures = try #require(pairs[1]["figures"] as? [String: [[Any]]])
            #expect(figures.keys.sorted() == ["cka", "soft_matching"] && figures["cka"]?.map(\.count) == [3, 3])
            let text = try run.program("similarity", "out", "--layers", "all", "--pairs", "a-c", "--threads", "1", "--memory", "100M")
            #expect(
                text.status == 0 && text.output.contains("soft_matching") && text.output.hasSuffix("out/similarity.csv\n"), "\(text.errors)"
            )
            let lines = try String(contentsOf: run.folder.appendingPathComponent("out/similarity.csv"), encoding: .utf8).split(
                separator: "\n")
            // Two pairs of layers of a and b; of a with 2 and c with 3 layers all.
            #expect(lines.count == 1 + 2 + 6 && lines[1].hasPrefix("a-b,0,0,0.") && lines[1].contains(",,,,,"))
        }
    }

    @Test("with --firing counts where neurons and their best partners fire, and goes on with more tokens")
    func firing() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let few = try run.program("similarity", "out", "--firing", "--tokens", "100", "--pairs", "a-c", "--json")
            #expect(few.status == 0, "\(few.errors)")
            let pairs = try #require(few.json?["pairs"] as? [[String: Any]])
            #expect(pairs.count == 1 && pairs[0]["pair"] as? String == "a-c")
            let tokens = try #require(pairs[0]["tokens"] as? Int)
            let text = try run.program("similarity", "out", "--firing", "--tokens", "all", "--threads", "1", "--memory", "100M")
            #expect(text.status == 0 && text.output.contains("mean jaccard") && text.output.hasSuffix("out/firing.csv\n"), "\(text.errors)")
            let table = try String(contentsOf: run.folder.appendingPathComponent("out/firing.csv"), encoding: .utf8)
            let lines = table.split(separator: "\n")
            #expect(lines[0].hasPrefix("pair,layer,neuron,partner_layer,partner_neuron,corr,jaccard") && lines[1].hasPrefix("a-b,0,0,"))
            let counted = try #require(lines.last?.split(separator: ",").last.flatMap { Int($0) })
            #expect(lines.last?.hasPrefix("a-c,") == true && counted > tokens)
            #expect(!text.output.contains("counted before") && !text.errors.contains("counted before"))
            // What was counted over more tokens stays, and is said to be that.
            let fewer = try run.program("similarity", "out", "--firing", "--tokens", "100")
            #expect(fewer.status == 0 && fewer.output.hasPrefix("a-b is shown as it was counted before, over "), "\(fewer.output)")
            for said in [fewer.output, fewer.errors] { #expect(said.contains("a-c is shown as it was counted before"), "\(said)") }
            #expect(try String(contentsOf: run.folder.appendingPathComponent("out/firing.csv"), encoding: .utf8) == table)
            let json = try #require(try run.program("similarity", "out", "--firing", "--tokens", "100", "--json").json)
            let shown = try #require(json["pairs"] as? [[String: Any]])
            let (asked, read) = (try #require(json["asked_tokens"] as? Int), try #require(shown[0]["read_tokens"] as? Int))
            #expect(asked >= 100 && asked < read)
            #expect(!FileManager.default.fileExists(atPath: run.path("out/similarity.csv")))
        }
    }

    @Test(
        "refuses what it cannot measure, with what to do",
        arguments: [
            (["nothing"], Int32(66), "there is no plan"), (["out", "--pairs", "a-d"], 65, "it has compared a-b, a-c"),
            (["out", "--measures", "angle"], 64, "'angle' is no measure"), (["out", "--cutoff", "1"], 64, "--cutoff is a number"),
            (["out", "--layers", "some"], 64, "layers"), (["out", "--pairs", "a-b,"], 64, "one after another"),
            (["out", "--tokens", "1k"], 64, "--tokens goes with --firing"), (["out", "--firing", "--incomplete"], 64, "--incomplete"),
            (["out", "--firing", "--layers", "all"], 64, "--layers does not go with --firing"),
            (["out", "--firing", "--layers", "same"], 64, "--layers does not go with --firing"),
            (["out", "--firing", "--measures", "cka"], 64, "--measures does not go with --firing"),
            (["out", "--firing", "--cutoff", "0.1"], 64, "--cutoff does not go with --firing"),
            (["out", "--memory", "1k"], 64, "less than the 16M"),
        ])
    func refused(arguments: [String], status: Int32, words: String) throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out", "--tokens", "1k").status == 0)
            let outcome = try BuiltProgram.run(["similarity"] + arguments, in: run.folder)
            #expect(outcome.status == status && outcome.errors.contains(words), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: run.path("out/similarity.csv")))
        }
    }
}
