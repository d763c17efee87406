import Foundation
import SmallRuns
import Testing

@Suite("Statistics that are damaged or do not belong", .serialized)
struct SameBitsDamageTests {
    @Test("a flipped bit in a partial is found wherever it is, and the merged result is not written")
    func flippedPartial() throws {
        try TinyRun.with { run in
            try plan(run, tasks: [0, 1])
            for share in [0, 0.01, 0.3, 0.6, 0.9, 0.9999] {
                try FileManager.default.copyItem(atPath: run.path("1.partial"), toPath: run.path("bad.partial"))
                try run.flipBit("bad.partial", at: share)
                for target in [["--output", "sum.partial"], ["--store", "store"]] {
                    let outcome = try run.program(["reduce", "--plan", "plan/plan.json", "0.partial", "bad.partial"] + target)
                    #expect(outcome.status == 65, "at \(share): \(outcome.errors)")
                    #expect(outcome.errors.contains("bad.partial"), "\(outcome.errors)")
                }
                #expect(run.files(in: ".", "sum.partial").isEmpty)
                #expect(!FileManager.default.fileExists(atPath: run.path("store")))
                try FileManager.default.removeItem(atPath: run.path("bad.partial"))
            }
            #expect(run.files(in: ".", ".part").isEmpty)
        }
    }

    @Test("a store that met a damaged partial takes the right one later")
    func storeAfterDamage() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            try plan(run, tasks: Array(0..<50))
            let rest = (0..<50).filter { $0 != 7 }.map { "\($0).partial" }
            try FileManager.default.copyItem(atPath: run.path("7.partial"), toPath: run.path("bad.partial"))
            try run.flipBit("bad.partial", at: 0.5)
            let reduce = ["reduce", "--plan", "plan/plan.json", "--store", "plan/store"]
            #expect(try run.program(reduce + ["3.partial", "bad.partial"]).status == 65)
            let outcome = try run.program(reduce + rest + ["7.partial"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output == "50 partials added up in plan/store\n")
            let again = try run.program(reduce + rest + ["7.partial"])
            #expect(again.status == 0 && again.output == "0 added, 50 were there already in plan/store\n", "\(again.output)\(again.errors)")
            #expect(try run.program("analyze", "plan").status == 0)
            #expect(try run.result("plan") == run.result("calm"))
        }
    }

    @Test("a partial of another plan is refused")
    func otherPlan() throws {
        try TinyRun.with { run in
            try plan(run, tasks: [0])
            try run.rewrite("run.yaml", "mask: [3, 5]", "mask: [3, 5], seed: 5")
            #expect(try run.program("plan", "run.yaml", "--output", "other").status == 0)
            #expect(try run.program("map", "--plan", "other/plan.json", "--task", "1", "--output", "other.partial").status == 0)
            for target in [["--output", "sum.partial"], ["--store", "store"]] {
                let outcome = try run.program(["reduce", "--plan", "plan/plan.json", "0.partial", "other.partial"] + target)
                #expect(outcome.status == 65)
                #expect(outcome.errors.contains("other.partial belongs to plan"), "\(outcome.errors)")
            }
            #expect(run.files(in: ".", "sum.partial").isEmpty)
            #expect(!FileManager.default.fileExists(atPath: run.path("store")))
        }
    }

    @Test("partials that share a shard are refused unless one contains the other")
    func overlap() throws {
        try TinyRun.with { run in
            // Four replicates: shards 0, 4 and 8 are of the same one.
            try plan(run, tasks: [0, 4, 8])
            let reduce = ["reduce", "--plan", "plan/plan.json"]
            #expect(try run.program(reduce + ["0.partial", "4.partial", "--output", "new/folder/04.partial"]).status == 0)
            #expect(try run.program("map", "--plan", "plan/plan.json", "--task", "12", "--output", "other/12.partial").status == 0)
            #expect(try run.program(reduce + ["0.partial", "4.partial", "--output", "04.partial"]).status == 0)
            #expect(try run.program(reduce + ["4.partial", "8.partial", "--output", "48.partial"]).status == 0)
            let outcome = try run.program(reduce + ["04.partial", "48.partial", "--output", "sum.partial"])
            #expect(outcome.status == 65)
            #expect(outcome.errors.contains("shards 4 come more than once"), "\(outcome.errors)")
            #expect(run.files(in: ".", "sum.partial").isEmpty)
            #expect(try run.program(reduce + ["04.partial", "--store", "store"]).status == 0)
            let held = run.files(in: "store/sections", "").map { try? Data(contentsOf: run.folder.appendingPathComponent($0)) }
            #expect(!held.isEmpty)
            #expect(try run.program(reduce + ["48.partial", "--store", "store"]).status == 65)
            #expect(run.files(in: "store/sections", "").map { try? Data(contentsOf: run.folder.appendingPathComponent($0)) } == held)
            #expect(try run.program(reduce + ["04.partial", "4.partial", "--output", "copy.partial"]).status == 0)
            #expect(
                try Data(contentsOf: run.folder.appendingPathComponent("copy.partial"))
                    == Data(contentsOf: run.folder.appendingPathComponent("04.partial")))
        }
    }

    @Test("a flipped bit in the store is named by analyze and by run; without the section, run computes it again")
    func flippedSection() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let calm = try run.result("out")
            let sections = run.files(in: "out/store/sections", "")
            let sums = try #require(sections.first { $0.hasSuffix("b.1_b.1.r2.sums") })
            for section in [try #require(sections.first { $0.hasSuffix("a.0.r2.top") }), sums] {
                try run.flipBit(section, at: 0.5)
                for command in [["analyze", "out"], ["run", "run.yaml", "--output", "out"]] {
                    // A run that is finished may leave a store alone that it need not read.
                    guard command[0] == "analyze" || section == sums else { continue }
                    let outcome = try run.program(command)
                    #expect(outcome.status == 65)
                    #expect(outcome.errors.contains(section), "\(outcome.errors)")
                }
                if section != sums { try run.flipBit(section, at: 0.5) }
            }
            try FileManager.default.removeItem(atPath: run.path(sums))
            #expect(try run.program("analyze", "out").errors.contains("missing"))
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            #expect(try run.result("out") == calm)
        }
    }

    @Test("a run that finds a damaged partial of its own computes it again")
    func flippedStaged() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            #expect(try run.program("plan", "run.yaml", "--output", "out").status == 0)
            for (task, share) in [0.5, 0.02, 0.99].enumerated() {
                let partial = "out/store/staging/\(task).partial"
                #expect(try run.program("map", "--plan", "out", "--task", "\(task)", "--output", partial).status == 0)
                try run.flipBit(partial, at: share)
            }
            let outcome = try run.program("run", "run.yaml", "--output", "out")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.matches(of: /cannot be used and is computed again/).count == 3, "\(outcome.errors)")
            #expect(try run.result("out") == run.result("calm"))
        }
    }

    @Test("an analysis that is killed at random moments changes nothing in the end")
    func killedAnalysis() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let calm = try run.result("out")
            let began = Date()
            #expect(try run.program("analyze", "out").status == 0)
            var duration = Date().timeIntervalSince(began)
            let seed: UInt64 = 4711
            var generator = SeededGenerator(tiny: seed)
            var kills = 0
            var attempts = 0
            while kills < 3, attempts < 200 {
                attempts += 1
                let process = try BuiltProgram.process(["analyze", "out", "--quiet"], in: run.folder)
                process.standardOutput = try DiscardedOutput.handle()
                process.standardError = try DiscardedOutput.handle()
                try process.run()
                Thread.sleep(forTimeInterval: Double.random(in: 0.1...1, using: &generator) * duration)
                if process.isRunning { kill(process.processIdentifier, SIGKILL) }
                process.waitUntilExit()
                if process.terminationReason == .uncaughtSignal {
                    kills += 1
                } else {
                    // It ended before it could be killed: the machine is faster than it was.
                    duration *= 0.7
                }
            }
            #expect(kills == 3, "seed \(seed)")
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            #expect(try run.result("out") == calm, "seed \(seed)")
            #expect(try run.program("clean", "out").status == 0)
            #expect(run.files(in: "out", ".part").isEmpty)
        }
    }

    /// Plans the run in `plan`, and computes tasks into `TASK.partial`.
    private func plan(_ run: TinyRun, tasks: [Int]) throws {
        #expect(try run.program("plan", "run.yaml", "--output", "plan").status == 0)
        for task in tasks {
            let outcome = try run.program("map", "--plan", "plan/plan.json", "--task", "\(task)", "--output", "\(task).partial")
            try #require(outcome.status == 0, "\(outcome.errors)")
        }
    }
}
