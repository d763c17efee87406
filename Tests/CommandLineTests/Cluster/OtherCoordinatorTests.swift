import Foundation
import SmallRuns
import Testing

@Suite("A run whose coordinator was killed, and another run's listens at its port with the same keys", .serialized)
struct OtherCoordinatorTests {
    @Test("is asked by its ledger, and nothing that is asked of it happens to the other one")
    func otherRun() async throws {
        try await OwnThread.run {
            try TinyRun.with { run in
                #expect(try run.program("keys", "init", "keys").status == 0)
                let cluster = StartedCluster(run: run, keys: "keys")
                let killed = try cluster.coordinator(["--reducers", "2"])
                #expect(killed.waits(for: "coordinating"), "\(killed.errors)")
                kill(killed.process.processIdentifier, SIGKILL)
                #expect(killed.end() == 128 + SIGKILL)
                // Here nobody has to wait for an answer that does not come.
                let alone = try run.program("status", "out", "--json")
                #expect(alone.errors.contains("is gone: the ledger is asked"), "\(alone.errors)")
                #expect(alone.json?["outcome"] as? String == "stopped", "\(alone.output)")
                let task = try run.program("explain", "out", "0.0")
                #expect(task.output.contains("now: waiting: nothing coordinates the run; "), "\(task.output)\(task.errors)")
                // On another host nobody can tell.
                let file = run.folder.appendingPathComponent("out/coordinator.json")
                var address = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
                address["host"] = "elsewhere"
                try JSONSerialization.data(withJSONObject: address).write(to: file)

                let other = try StartedProgram(
                    "other", ["coordinator", "run.yaml", "--output", "other", "--listen", cluster.endpoint, "--keys", "keys"],
                    in: run.folder)
                #expect(other.waits(for: "coordinating"), "\(other.errors)")
                let status = try run.program("status", "out", "--json")
                #expect(status.json?["outcome"] as? String == "stopped", "\(status.output)")
                #expect(status.errors.contains("another coordinator listens, of the run tiny: the ledger is asked"), "\(status.errors)")
                let cancelled = try run.program("cancel", "out")
                #expect(cancelled.status == 69, "\(cancelled.output)\(cancelled.errors)")
                let retried = try run.program("retry", "out", "--failed", "--json")
                #expect(retried.status == 0 && retried.json?["tasks"] as? Int == 0, "\(retried.errors)")
                let given = try run.program("reassign", "out", "1")
                #expect(given.status == 0 && given.errors.contains("the ledger is asked"), "\(given.errors)")
                #expect(other.process.isRunning, "\(other.errors)")
                // By its own folder and by where it listens it is asked as ever.
                let own = try run.program("status", "other", "--json")
                #expect(own.status == 0 && !own.errors.contains("ledger") && own.json?["outcome"] as? String == nil, "\(own.errors)")
                let ended = try run.program("cancel", cluster.endpoint, "--keys", "keys")
                #expect(ended.status == 0, "\(ended.errors)")
                #expect(other.end() == 130, "\(other.errors)")
            }
        }
    }
}
