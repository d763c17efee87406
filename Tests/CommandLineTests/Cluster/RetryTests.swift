import Foundation
import Testing

@Suite("Tasks that were given up", .serialized)
struct RetryTests {
    /// Starts the run again and again until a worker is killed that has a lease, which costs its tasks with a crash limit of one.
    private func fail(_ run: TinyRun) throws -> StartedProgram {
        let program = try StartedProgram(
            "run", ["run", "run.yaml", "--output", "out", "--workers", "1", "--reducers", "1", "--crash-limit", "1"], in: run.folder)
        _ = try program.waits("a lease of its worker") {
            let children = ProcessTree.children(of: program.process.processIdentifier)
            guard let worker = children.first(where: { $0.command == "worker" }), ProcessTree.stop(worker.process) else { return false }
            // What it has is in the ledger, for it was written there before the worker was told.
            let hasLease = try run.openLeases() > 0
            kill(worker.process, hasLease ? SIGKILL : SIGCONT)
            return hasLease
        }
        return program
    }

    /// A run with a failed task that has ended, and who watched it. What the worker had sent before it was stopped may have been the rest of
    /// its task: then the run is complete, and it is made again.
    private func failedRun(_ run: TinyRun) throws -> (program: StartedProgram, watch: StartedProgram) {
        for _ in 0..<40 {
            let watch = try StartedProgram("watch", ["status", "out", "--watch", "--json"], in: run.folder)
            let program = try fail(run)
            if program.end() != 0 { return (program, watch) }
            #expect(watch.end() == 0, "\(watch.errors)")
            try FileManager.default.removeItem(atPath: run.path("out"))
        }
        return try #require(nil as (program: StartedProgram, watch: StartedProgram)?, "in 40 runs no task was given up")
    }

    @Test("get a new chance, one of them or all, and the run ends with the numbers of a calm one")
    func retried() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let (program, watch) = try failedRun(run)
            #expect(program.end() == 70, "\(program.errors)")
            #expect(program.errors.contains("everything else is computed"), "\(program.errors)")
            #expect(program.errors.contains("`universal-neurons analyze out --incomplete`"), "\(program.errors)")
            // Who watched it learns the same, in objects of one line each.
            #expect(watch.end() == 70, "\(watch.errors)")
            let seen = watch.objects
            #expect(!seen.contains { $0 == nil }, "\(watch.output)")
            #expect((seen.last??["error"] as? [String: Any])?["status"] as? Int == 70, "\(watch.output)")
            #expect(seen.dropLast().last??["outcome"] as? String == "incomplete", "\(watch.output)")
            let status = try #require(try run.program("status", "out", "--json").json)
            let failed = try #require((status["failed"] as? [[String: Any]])?.compactMap { $0["task"] as? String })
            let first = try #require(failed.first)
            let text = try run.program("status", "out").output
            #expect(text.contains("\(failed.count) failed") && text.contains("`universal-neurons explain out \(first)`"), "\(text)")
            #expect(!run.holds("out/summary.json"))
            // Its own reducers' stores lie in its folder: nothing has to be gathered to see what there is.
            let gathered = try run.program("gather", "out", "--json")
            #expect(gathered.status == 0 && gathered.errors.contains("missing: "), "\(gathered.errors)")
            #expect(gathered.json?["matrices"] as? Bool == false && gathered.json?["statistics"] as? Bool == true)
            #expect((gathered.json?["failed"] as? [String]).map(Set.init) == Set(failed), "\(gathered.output)")
            let refused = try run.program("analyze", "out")
            #expect(refused.status == 65 && refused.errors.contains("given up: their statistics are missing"), "\(refused.errors)")
            let incomplete = try run.program("analyze", "out", "--incomplete")
            #expect(incomplete.status == 0, "\(incomplete.errors)")
            for task in failed.prefix(12) {
                #expect(incomplete.errors.contains("missing: shard \(task.prefix { $0 != "." }) in "), "\(incomplete.errors)")
            }
            // Its matrices are those of what there is; nothing waits for reducers that have nothing more.
            for options in [[], ["--matrices"]] {
                let gathered = try run.program(["gather", "out"] + options)
                #expect(gathered.status == 0 && gathered.errors.contains("nothing has to be gathered"), "\(gathered.errors)")
                #expect(gathered.output.contains("matrices, without what was given up"), "\(gathered.output)")
            }
            // Nothing changes for those that were not asked for.
            let none = try run.program("retry", "out", "--task", "99.9")
            #expect(none.status == 64 && none.errors.contains("the plan has no task 99.9: it has "), "\(none.errors)")
            #expect(try run.program("retry", "out").status == 64)
            let one = try run.program("retry", "out", "--failed", "--task", first, "--json")
            #expect(one.status == 0 && one.json?["tasks"] as? Int == 1, "\(one.errors)")
            let twice = try run.program("retry", "out", "--task", first)
            #expect(twice.output == "0 tasks wait again\n\(first) waits already\n", "\(twice.output)\(twice.errors)")
            #expect(try run.program("explain", "out", first).output.contains("tried again on demand"))
            // By its number it is the same task.
            let listed = try #require(try run.program("tasks", "--plan", "out", "--json").json?["tasks"] as? [[String: Int]])
            let number = try #require(listed.first { "\($0["shard"] ?? -1).\($0["group"] ?? -1)" == first }?["task"])
            #expect(try run.program("explain", "out", "\(number)").output == run.program("explain", "out", first).output)
            #expect(try run.program("explain", "out", "\(listed.count)").status == 64)
            let others = try run.program("retry", "out", "--failed", "--json")
            #expect(others.status == 0 && others.json?["tasks"] as? Int == failed.count - 1, "\(others.errors)")
            #expect(try run.program("retry", "out", "--failed", "--json").json?["tasks"] as? Int == 0)
            let resumed = try run.program("resume", "out")
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(try run.result("out") == run.result("calm"))
        }
    }
}
