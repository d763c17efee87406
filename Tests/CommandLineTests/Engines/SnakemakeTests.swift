import Foundation
import Testing

@Suite("A job under Snakemake", .serialized, .enabled(if: PythonEngines.areAskedFor, "only with UN_ENGINES=1 and UN_PYTHON_ENGINES"))
struct SnakemakeTests {
    private func finish(_ run: TinyRun, _ settings: String...) throws -> (status: Int32, text: String) {
        try PythonEngines.run(PythonEngines.snakemake("run.yaml", output: "snake", settings: settings), in: run.folder)
    }

    @Test("gives the bits of a run in one process, and started a second time computes nothing")
    func same() throws {
        try TinyRun.with { run in
            let calm = try run.calm()
            let first = try finish(run)
            #expect(first.status == 0, "\(first.text)")
            #expect(try run.result("snake") == calm)
            let (partials, results) = (try run.partials("snake"), try run.resultTimes("snake"))
            #expect(partials.count == 57)
            let second = try finish(run)
            #expect(second.status == 0, "\(second.text)")
            #expect(try run.partials("snake") == partials)
            #expect(try run.resultTimes("snake") == results)
        }
    }

    @Test("with another memory computes the tasks that have other blocks now, whatever lies under their numbers")
    func renumbered() throws {
        try TinyRun.with { run in
            // Chunks so long that the columns of all layers together need more memory than those of two.
            try run.configure(chunk: 1 << 16)
            let calm = try run.calm()
            let refused = try run.program("run", "run.yaml", "--output", "refused", "--memory", "100M")
            let needed = try #require(refused.errors.firstMatch(of: /alone needs (\d+) MiB/)).1
            let first = try finish(run, "memory=\((Int(needed) ?? 0) + 8)M")
            #expect(first.status == 0, "\(first.text)")
            #expect(try run.result("snake") == calm)
            #expect(try #require(try run.plan("snake")["blockGroups"] as? [[Int]]).count > 1)
            let second = try finish(run)
            #expect(second.status == 0, "\(second.text)")
            #expect(try #require(try run.plan("snake")["blockGroups"] as? [[Int]]).count == 1)
            #expect(try run.result("snake") == calm)
        }
    }

    @Test("leaves a store alone that run made")
    func foreignStore() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "snake").status == 0)
            let result = try run.result("snake")
            let outcome = try finish(run)
            #expect(outcome.status != 0 && outcome.text.contains("was not made by this workflow"), "\(outcome.text)")
            #expect(try run.program("analyze", "snake").status == 0)
            #expect(try run.result("snake") == result)
        }
    }

    @Test("computes again only what is lost")
    func lost() throws {
        try TinyRun.with { run in
            let calm = try run.calm()
            #expect(try finish(run).status == 0)
            let before = try run.partials("snake")
            for name in ["parts/5.partial", "parts/reduce-1-0.partial", "report.html"] {
                try FileManager.default.removeItem(atPath: run.path("snake/\(name)"))
            }
            let again = try finish(run)
            #expect(again.status == 0, "\(again.text)")
            #expect(try run.result("snake") == calm)
            let after = try run.partials("snake")
            #expect(before.allSatisfy { $0.key.hasPrefix("reduce-1-0") || $0.key == "5.partial" || after[$0.key] == $0.value })
        }
    }
}
