import Foundation
import Testing

@Suite("A reducer that is lost for good", .serialized)
struct ReassignTests {
    private static let options = ["--reducers", "2"] + CoordinatorOptions.isSureAfter(seconds: 3)

    @Test("is given up while the run goes on: others take its part, and the numbers are those of a calm run")
    func running() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinator(Self.options)
            let kept = try cluster.reducer("kept")
            #expect(coordinator.waits(for: "reducer 0 has come"), "\(coordinator.errors)")
            let lost = try cluster.reducer("lost")
            #expect(coordinator.waits(for: "reducer 1 has come"), "\(coordinator.errors)")
            // Once both have said what they hold. The second takes nothing from here on, so that the run cannot end before it is killed.
            #expect(coordinator.waits(for: "there is no worker"), "\(coordinator.errors)")
            kill(lost.process.processIdentifier, SIGSTOP)
            let worker = try cluster.worker()
            let hasBegun = try coordinator.waits("a staged parcel") {
                let reducers = try run.program("status", "out", "--json").json?["reducers"] as? [[String: Any]]
                return reducers?.contains { ($0["staged_parcels"] as? Int ?? 0) > 0 } ?? false
            }
            #expect(hasBegun, "\(coordinator.errors)")
            kill(lost.process.processIdentifier, SIGKILL)
            _ = lost.end()
            try FileManager.default.removeItem(atPath: run.path("lost"))
            // Who is missing is told of once, with what waits for it and what can be done.
            #expect(coordinator.waits(for: "has not been heard of"), "\(coordinator.errors)")
            let headline = try run.program("status", "out").output.prefix { $0 != "\n" }
            #expect(headline.contains("waiting for reducer 1, silent for") && !headline.contains("left"), "\(headline)")
            #expect(worker.waits(for: "reducer 1 is silent"), "\(worker.errors)")
            let refused = try run.program("reassign", "out", "0")
            #expect(refused.status == 75 && refused.errors.contains("at work"), "\(refused.errors)")
            // It may be only late: nobody is given up before that is certain.
            var outcome = try run.program("reassign", "out", "1", "--json")
            let isCertain = try coordinator.waits("certainty about reducer 1") {
                if outcome.status == 75 { outcome = try run.program("reassign", "out", "1", "--json") }
                return outcome.status != 75
            }
            #expect(isCertain && outcome.status == 0 && outcome.json?["reducer"] as? Int == 1, "\(outcome.errors)")
            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            #expect(try run.result("out") == run.result("calm"))
            #expect(worker.end() == 0 && kept.end() == 0, "\(worker.errors)\(kept.errors)")
            #expect(try run.program("events", "out").output.contains("reducer 1 is lost for good"))
            let told = coordinator.errors.split(separator: "\n").filter { $0.contains("has not been heard of") }
            #expect(told.count == 1 && told[0].contains(" wait") && told[0].contains("reassign"), "\(told)")
            #expect(worker.errors.matches(of: /is silent/).count == 1, "\(worker.errors)")
            #expect(!kept.errors.contains("removed /") && kept.errors.matches(of: /were not folded are removed/).count <= 1)
        }
    }

    @Test("is given up while the run stands still; what it had is computed again, and its store is not wanted any more")
    func stopped() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            do {
                let coordinator = try cluster.coordinator(Self.options + ["--tokens", "3k"])
                let kept = try cluster.reducer("kept")
                #expect(coordinator.waits(for: "reducer 0 has come"), "\(coordinator.errors)")
                let processes = [kept, try cluster.reducer("lost"), try cluster.worker()]
                #expect(coordinator.end() == 0, "\(coordinator.errors)")
                for process in processes { #expect(process.end() == 0, "\(process.errors)") }
            }
            let unknown = try run.program("reassign", "out", "2")
            #expect(unknown.status == 64 && unknown.errors.contains("/lost)") && unknown.errors.contains("/kept)"), "\(unknown.errors)")
            // The run is complete, its reducers have only ended.
            let before = FileManager.default.contents(atPath: run.path("out/plan.json"))
            let needless = try run.program("reassign", "out", "1")
            #expect(needless.status == 64 && needless.errors.contains("is complete") && needless.errors.contains("/lost"))
            #expect(needless.errors.contains("reassign out 1 --lost"), "\(needless.errors)")
            #expect(before != nil && FileManager.default.contents(atPath: run.path("out/plan.json")) == before)
            let outcome = try run.program("reassign", "out", run.path("lost"), "--lost", "--json")
            #expect(outcome.status == 0 && outcome.json?["reducer"] as? Int == 1, "\(outcome.errors)")
            #expect((outcome.json?["tasks"] as? Int ?? 0) > 0 && (outcome.json?["column_groups"] as? Int ?? 0) > 0)
            let again = try run.program("reassign", "out", "1")
            #expect(again.status == 64 && again.errors.contains("no reducer \"1\""), "\(again.errors)")
            let last = try run.program("reassign", "out", "0")
            #expect(last.status == 64 && last.errors.contains("is the only one"), "\(last.errors)")

            // The same command as before, a larger budget, and both stores: one of them is not wanted.
            let coordinator = try cluster.coordinator(Self.options + ["--tokens", "all"])
            let late = try cluster.reducer("lost")
            #expect(late.end() == 65 && late.errors.contains("was given up"), "\(late.errors)")
            let kept = try cluster.reducer("kept")
            let worker = try cluster.worker()
            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            #expect(try run.result("out") == run.result("calm"))
            #expect(worker.end() == 0 && kept.end() == 0, "\(worker.errors)\(kept.errors)")
        }
    }

    @Test("of a run that starts its reducers itself needs no giving up, and a run in one process has none")
    func others() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "alone", "--tokens", "1k").status == 0)
            let alone = try run.program("reassign", "alone", "0")
            #expect(alone.status == 64 && alone.errors.contains("has no reducers"), "\(alone.errors)")
            #expect(alone.errors.contains("in the run's own folder"), "\(alone.errors)")
            let arguments = ["run", "run.yaml", "--output", "own", "--tokens", "1k", "--workers", "1", "--reducers", "2"]
            #expect(try run.program(arguments).status == 0)
            let own = try run.program("reassign", "own", "0")
            #expect(own.status == 64 && own.errors.contains("starts its reducers itself"), "\(own.errors)")
        }
    }
}
