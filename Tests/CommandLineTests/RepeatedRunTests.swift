import Foundation
import Testing

@Suite("A run that is complete, run again", .serialized)
struct RepeatedRunTests {
    private let said = "the report alone is written again"

    private func again(_ run: TinyRun) throws -> BuiltProgram.Outcome {
        let outcome = try run.program("run", "run.yaml", "--output", "out")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome
    }

    @Test("is not analysed again where nothing has changed, and its report is the same; with what was measured since in it")
    func kept() throws {
        try TinyRun.with { run in
            let first = try again(run)
            #expect(!first.errors.contains(said))
            let report = try Data(contentsOf: URL(fileURLWithPath: run.path("out/report.html")))
            let result = try run.result("out")
            try FileManager.default.removeItem(atPath: run.path("out/report.html"))
            let second = try again(run)
            #expect(second.errors.contains(said) && second.output == first.output, "\(second.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: run.path("out/report.html"))) == report)
            #expect(try run.result("out") == result)
            let answer = try run.program("intervene", "out", "--neurons", "1.5", "--values", "0..2", "--tokens", "300")
            #expect(answer.status == 0, "\(answer.errors)")
            #expect(try again(run).errors.contains(said))
            let html = try String(contentsOfFile: run.path("out/report.html"), encoding: .utf8)
            #expect(html.contains("<section id=\"interventions\""))
        }
    }

    @Test("is analysed again where results are gone or others, where the question is another, and where nothing was kept")
    func changed() throws {
        try TinyRun.with { run in
            #expect(!(try again(run)).errors.contains(said))
            let result = try run.result("out")
            try FileManager.default.removeItem(atPath: run.path("out/pairs"))
            #expect(!(try again(run)).errors.contains(said) && FileManager.default.fileExists(atPath: run.path("out/pairs")))
            try run.truncate("out/neurons.csv", by: 9)
            #expect(!(try again(run)).errors.contains(said))
            #expect(try run.result("out") == result)
            try FileManager.default.removeItem(atPath: run.path("out/report.json.zst"))
            #expect(!(try again(run)).errors.contains(said))
            #expect(try again(run).errors.contains(said))
            try run.configure(extra: "threshold: 0.25")
            #expect(!(try again(run)).errors.contains(said))
            #expect(try again(run).errors.contains(said))
            #expect(try run.program("analyze", "out").status == 0 && again(run).errors.contains(said))
        }
    }

    @Test("is refused with a damaged block of its store, kept results or not")
    func damaged() throws {
        try TinyRun.with { run in
            #expect(!(try again(run)).errors.contains(said))
            let block = try #require(run.files(in: "out/store", ".sums").first)
            try run.flipBit(block, at: 0.5)
            let outcome = try run.program("run", "run.yaml", "--output", "out")
            #expect(outcome.status != 0 && !outcome.errors.contains(said), "\(outcome.errors)")
        }
    }
}
