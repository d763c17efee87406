import Foundation
import SmallRuns
import Testing

@Suite("The same bits of a screened run", .serialized)
struct ScreenedRunTests {
    /// 1,024 of 6,400 tokens; 64 neurons in a and b, 120 in c.
    private static let precision = "precision: {screening: {pilot: 1k, candidates: 5}}"

    @Test("for any number of threads; the summary says what screening may have cost")
    func threads() throws {
        try TinyRun.with { run in
            try run.configure(extra: Self.precision)
            let first = try run.program("run", "run.yaml", "--output", "one", "--threads", "1")
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.output.contains("candidates in each model, 5 at most; a best partner was missed with a probability of about"))
            let calm = try run.result("one")
            for threads in ["2", "3"] {
                #expect(try run.program("run", "run.yaml", "--output", "t\(threads)", "--threads", threads).status == 0)
                #expect(try run.result("t\(threads)") == calm)
            }
            let summary = try JSONSerialization.jsonObject(with: Data(contentsOf: run.folder.appendingPathComponent("one/summary.json")))
            let screening = (summary as? [String: Any])?["screening"] as? [String: Any]
            #expect(screening?["most_candidates"] as? Int == 5 && screening?["missed"] is Double && screening?["baseline_bias"] is Double)
            #expect((screening?["pilot_tokens"] as? Int).map { (900...1_024).contains($0) } == true)
            let page = try String(contentsOf: run.folder.appendingPathComponent("one/report.html"), encoding: .utf8)
            #expect(page.contains("candidates in each model, 5 at most"))
            let neuron = try run.program("inspect", "one", "--neuron", "0.3")
            #expect(neuron.status == 0 && neuron.output.contains("excess"), "\(neuron.errors)")
            let words = "a pilot of 8 windows, so that all replicates have as many, then 5 candidates a neuron"
            #expect(try run.program("inspect", "one").output.contains(words))
        }
    }

    @Test("extended, and killed at random moments and started again")
    func killed() throws {
        try TinyRun.with { run in
            try run.configure(extra: Self.precision)
            let began = Date()
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let calm = try run.result("calm")
            #expect(try run.program("run", "run.yaml", "--output", "grown", "--tokens", "2k").status == 0)
            #expect(try run.result("grown") != calm)
            #expect(try run.program("extend", "grown", "--tokens", "all").status == 0)
            #expect(try run.result("grown") == calm)
            let duration = Date().timeIntervalSince(began) / 2
            try KilledHistories(run: run, calm: calm, duration: duration, kills: 8, most: 100, attempts: 4, seed: 500).play()
        }
    }

    @Test("is planned by what it costs in both stages, from shapes and with a plan")
    func plan() throws {
        try TinyRun.with { run in
            try run.configure(extra: Self.precision)
            let estimate = try run.program("plan", "run.yaml", "--gigaflops", "10", "--memory", "1G")
            #expect(estimate.status == 0, "\(estimate.errors)")
            #expect(estimate.output.contains("1024 tokens, as many shards of each replicate, with all pairs"))
            #expect(estimate.output.contains("× the work of both"))
            let pilot = try run.program("plan", "run.yaml", "--output", "staged")
            #expect(pilot.status == 0 && pilot.output.contains("This is the pilot's plan") && pilot.output.contains("run, after"))
            #expect(try run.program("inspect", "staged").errors.contains("its pilot, staged/pilot, is not complete"))
            #expect(try run.program("run", "run.yaml", "--output", "staged").status == 0)
            let planned = try run.program("plan", "run.yaml", "--output", "staged")
            #expect(planned.status == 0 && planned.output.contains("pilot, before"), "\(planned.errors)")
        }
    }

    @Test("is refused with code 78 where its pilot is above the budget, also by a coordinator, before anything is made")
    func refused() throws {
        try TinyRun.with { run in
            try run.configure(extra: Self.precision)
            for arguments in [[], ["--workers", "2"]] {
                let large = try BuiltProgram.run(
                    ["run", "run.yaml", "--output", "small", "--tokens", "500"] + arguments, in: run.folder)
                #expect(large.status == 78 && large.errors.contains("takes 1024 tokens as its pilot"), "\(large.errors)")
                #expect(!FileManager.default.fileExists(atPath: run.path("small")))
            }
        }
    }
}
