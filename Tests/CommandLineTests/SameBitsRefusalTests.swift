import Foundation
import Testing

@Suite("Inputs that are wrong", .serialized)
struct SameBitsRefusalTests {
    @Test("are refused with one message and a remedy, and nothing half-written stays", arguments: TinyFault.all)
    func refused(fault: TinyFault) throws {
        try TinyRun.with { run in
            try fault.make(run)
            let outcome = try run.program("run", "run.yaml", "--output", "out", "--json")
            #expect(outcome.status == fault.status)
            let error = try #require(outcome.jsonError, "\(outcome.output) \(outcome.errors)")
            let message = try #require(error["message"] as? String)
            for text in fault.mentions { #expect(message.contains(text), "\(message)") }
            #expect((error["remedy"] as? String)?.contains(fault.remedy) == true, "\(error)")
            #expect(error["status"] as? Int32 == fault.status)
            #expect(run.files(in: "out", ".part").isEmpty)
            for name in ["plan.json", "summary.json", "neurons.csv"] {
                #expect(!FileManager.default.fileExists(atPath: run.path("out/\(name)")))
            }
        }
    }

    @Test("an output folder that cannot be made is refused before anything is computed")
    func output() throws {
        try TinyRun.with { run in
            // A path below a file fails for root too.
            let outcome = try run.program("run", "run.yaml", "--output", "tokens.npy/out")
            #expect(outcome.status == 73)
            #expect(outcome.errors.contains("tokens.npy/out cannot be created"), "\(outcome.errors)")
            #expect(!outcome.errors.contains("correlating"))
        }
    }

    @Test("an output folder within the corpus is refused before it is made", arguments: ["texts", "texts/out", "link/out"])
    func outputInsideCorpus(output: String) throws {
        try TinyRun.with { run in
            let texts = run.folder.appendingPathComponent("texts")
            try FileManager.default.createDirectory(at: texts, withIntermediateDirectories: true)
            try Data(String(repeating: "A text. ", count: 400).utf8).write(to: texts.appendingPathComponent("a.txt"))
            try FileManager.default.createSymbolicLink(atPath: run.path("link"), withDestinationPath: run.path("texts"))
            try run.rewrite("run.yaml", "path: tokens.npy", "path: texts, tokenizer: \(DemoRun.data)/tokenizer, context: 16")
            for command in ["run", "plan", "tokenize"] {
                let outcome = try run.program(command, "run.yaml", "--output", output)
                #expect(outcome.status == 78)
                #expect(outcome.errors.contains("lies in the corpus"), "\(outcome.errors)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: texts.path) == ["a.txt"])
        }
    }

    @Test("a run that exists is not continued with another configuration or a smaller budget")
    func otherRun() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let calm = try run.result("out")
            try run.rewrite("run.yaml", "mask: [3, 5]", "mask: [3, 5], seed: 5")
            let other = try run.program("run", "run.yaml", "--output", "out")
            #expect(other.status == 78)
            #expect(other.errors.contains("corpus.seed: 0 → 5"), "\(other.errors)")
            try run.rewrite("run.yaml", "mask: [3, 5], seed: 5", "mask: [3]")
            try run.rewrite("run.yaml", "calibration: 512", "calibration: 256")
            let different = try run.program("run", "run.yaml", "--output", "out")
            #expect(different.status == 78)
            #expect(different.errors.contains("corpus.mask: 3 5 → 3, calibration: 512 tokens → 256 tokens"), "\(different.errors)")
            try run.configure()
            let smaller = try run.program("run", "run.yaml", "--output", "out", "--tokens", "100")
            #expect(smaller.status == 78)
            #expect(smaller.errors.contains("6400") && smaller.errors.contains("100"), "\(smaller.errors)")
            #expect(try run.result("out") == calm)
        }
    }

    @Test("run goes on with the budget that extend gave, unless it is told another")
    func extended() throws {
        try TinyRun.with { run in
            try run.configure(tokens: "1000")
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            #expect(!(try run.program("inspect", "out").output.contains("not of this budget")))
            // As far as an extension is that is killed at once.
            let raised = try run.program("plan", "run.yaml", "--output", "out", "--tokens", "3k")
            #expect(raised.status == 0 && raised.errors.contains("are those of the smaller budget"), "\(raised.errors)")
            #expect(raised.errors.contains("`universal-neurons extend out --tokens 3"), "\(raised.errors)")
            let same = try run.program("plan", "run.yaml", "--output", "out", "--tokens", "3k")
            #expect(same.status == 0 && !same.errors.contains("smaller budget"), "\(same.errors)")
            #expect(try run.program("inspect", "out").output.contains("counted tokens, not of this budget"))
            let early = try run.program("analyze", "out")
            #expect(early.status == 65 && early.errors.contains("counted tokens, and stay as they are"), "\(early.errors)")
            #expect(try run.program("extend", "out", "--tokens", "all").status == 0)
            let grown = try run.result("out")
            let again = try run.program("run", "run.yaml", "--output", "out")
            #expect(again.status == 0)
            #expect(again.errors.contains("holds a run of all tokens"), "\(again.errors)")
            #expect(again.errors.contains("done already"), "\(again.errors)")
            #expect(try run.result("out") == grown)
        }
    }
}
