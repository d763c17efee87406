import Foundation
import Testing

@Suite("A screened run with workers and reducers", .serialized)
struct ScreenedProcessTests {
    /// 8 of 50 shards are the pilot.
    private static let precision = "precision: {screening: {pilot: 1k, candidates: 5}}"

    /// What two screened runs must agree in beside their results.
    private func candidates(_ run: TinyRun, _ output: String) throws -> Data {
        try Data(contentsOf: run.folder.appendingPathComponent("\(output)/candidates.npz"))
    }

    @Test("has the bits of one process, which goes on with its folder; it is extended like any other")
    func sameBits() throws {
        try TinyRun.with { run in
            try run.configure(extra: Self.precision)
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let calm = try run.result("calm")
            let outcome = try run.program("run", "run.yaml", "--output", "out", "--workers", "2", "--reducers", "2")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try run.result("out") == calm)
            #expect(try candidates(run, "out") == candidates(run, "calm"))
            for name in ["reducers", "coordinator.json", "pilot/reducers", "pilot/coordinator.json"] { #expect(!run.holds("out/\(name)")) }
            #expect(run.holds("out/report.html"))
            let status = try run.program("status", "out", "--json")
            #expect(status.json?["run"] as? String == "tiny" && status.json?["outcome"] as? String == "complete", "\(status.errors)")
            let again = try run.program("run", "run.yaml", "--output", "out")
            #expect(again.status == 0 && again.errors.contains("tasks are done already"), "\(again.errors)")
            #expect(try run.result("out") == calm)
            let small = try run.program("run", "run.yaml", "--output", "grown", "--tokens", "2k", "--workers", "2", "--audit", "30%")
            #expect(small.status == 0, "\(small.errors)")
            #expect(try run.result("grown") != calm)
            let extended = try run.program("extend", "grown", "--tokens", "all")
            #expect(extended.status == 0, "\(extended.errors)")
            #expect(try run.result("grown") == calm)
        }
    }

    @Test("goes on by `resume` when its coordinator is killed in the pilot, and when it is killed behind it", arguments: [true, false])
    func killed(inPilot: Bool) throws {
        try TinyRun.with { run in
            try run.configure(extra: Self.precision)
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let process = try StartedProgram("coordinator", ["run", "run.yaml", "--output", "out", "--workers", "2"], in: run.folder)
            // Its workers are still to be started when it can be found; in its pilot there, too.
            let isFound = process.waits("its address") {
                run.holds("out/pilot/coordinator.json") == inPilot && run.holds("out/coordinator.json")
                    && run.holds(inPilot ? "out/pilot/ledger.sqlite" : "out/ledger.sqlite")
            }
            #expect(isFound, "\(process.errors)")
            kill(process.process.processIdentifier, SIGKILL)
            #expect(process.end() == 128 + SIGKILL, "\(process.errors)")
            #expect(run.holds("out/plan.json") == !inPilot)
            let status = try run.program("status", "out", "--json")
            #expect(status.json?["run"] as? String == (inPilot ? "tiny, pilot" : "tiny"), "\(status.errors)")
            #expect(status.json?["outcome"] as? String == "stopped", "\(status.output)")
            let resumed = try run.program("resume", "out")
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(try run.result("out") == run.result("calm"))
            #expect(try candidates(run, "out") == candidates(run, "calm"))
        }
    }

    @Test("has them also over tcp with keys, of processes that stay for both stages, where a worker and a reducer are killed in the second")
    func separate() throws {
        try TinyRun.with { run in
            try run.configure(extra: Self.precision)
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            #expect(try run.program("keys", "init", "keys").status == 0)
            let cluster = StartedCluster(run: run, keys: "keys")
            let options = ["--reducers", "2", "--lease-timeout", "10"]
            let coordinator = try cluster.coordinator(options)
            var reducers = try (0..<2).map { try cluster.reducer("store\($0)") }
            var workers = try (0..<2).map { try cluster.worker("worker\($0)") }
            #expect(coordinator.waits("the run's ledger") { run.holds("out/ledger.sqlite") }, "\(coordinator.errors)")
            kill(workers[0].process.processIdentifier, SIGKILL)
            workers[0] = try cluster.worker("worker2")
            #expect(coordinator.waits(for: "candidate pairs of neurons"), "\(coordinator.errors)")
            kill(reducers[1].process.processIdentifier, SIGKILL)
            _ = reducers[1].end()
            reducers[1] = try cluster.reducer("store1", log: "store1-again")
            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            #expect(try run.result("out") == run.result("calm"))
            #expect(try candidates(run, "out") == candidates(run, "calm"))
            for process in workers + reducers { #expect(process.end() == 0, "\(process.errors)") }
            // The candidates' sums are here, and there is nothing else to be had.
            let gathered = try run.program("gather", "out")
            #expect(gathered.status == 0 && gathered.output.contains("has the run's statistics\n"), "\(gathered.output)\(gathered.errors)")
            let matrices = try run.program("gather", "out", "--matrices")
            #expect(matrices.status == 65 && matrices.errors.contains("the run is screened"), "\(matrices.errors)")
            let resumed = try run.program("resume", "out")
            #expect(resumed.status == 0 && resumed.errors.contains("no reducer is asked"), "\(resumed.errors)")
        }
    }

    @Test("is cancelled in its pilot by the run's folder, as its coordinator says there how it stands")
    func cancelled() throws {
        try TinyRun.with { run in
            try run.configure(extra: Self.precision)
            let cluster = StartedCluster(run: run)
            // Nobody comes.
            let coordinator = try cluster.coordinator()
            #expect(coordinator.waits("its address") { run.holds("out/coordinator.json") }, "\(coordinator.errors)")
            let status = try run.program("status", "out", "--json")
            #expect(status.json?["run"] as? String == "tiny, pilot", "\(status.output)\(status.errors)")
            #expect(status.json?["outcome"] as? String == nil)
            let order = try run.program("cancel", "out")
            #expect(order.status == 0, "\(order.errors)")
            #expect(coordinator.end() == 130, "\(coordinator.errors)")
            #expect(coordinator.errors.contains("out was cancelled") && !coordinator.errors.contains("pilot was cancelled"))
            #expect(!run.holds("out/plan.json") && !run.holds("out/coordinator.json"))
            let late = try run.program("cancel", "out")
            #expect(late.status == 69 && late.errors.contains("`universal-neurons resume out` goes on with it"), "\(late.errors)")
            #expect(try run.program("explain", "out", "0.0").status == 0)
            #expect(try run.program("events", "out").output.contains("cancelled"))
            #expect(try run.program("status", "out", "--json").json?["outcome"] as? String == "cancelled")
        }
    }
}
