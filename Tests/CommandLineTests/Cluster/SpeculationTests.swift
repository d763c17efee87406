import Foundation
import Testing

@Suite("A worker that is slow at the end, and not lost", .serialized)
struct SpeculationTests {
    /// A worker that is stopped is not lost while this test lasts: nothing but a copy can end the run.
    private static let options = ["--lease-timeout", "3600"]

    @Test("has its last tasks copied to an idle one, and the run ends with the copies")
    func copied() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinator(Self.options)
            let reducer = try cluster.reducer()
            #expect(coordinator.waits(for: "there is no worker"))
            // While nobody takes its numbers, the sleeper can bring no task to an end, however fast it is.
            #expect(ProcessTree.stop(reducer.process.processIdentifier))
            let sleeper = try cluster.worker("sleeper", ["--name", "sleeper"])
            #expect(try sleeper.waits("a lease") { try !leases(of: "sleeper", in: run).isEmpty }, "\(coordinator.errors)\(sleeper.errors)")
            #expect(ProcessTree.stop(sleeper.process.processIdentifier))
            kill(reducer.process.processIdentifier, SIGCONT)
            let other = try cluster.worker("other", ["--name", "other"])
            for process in [coordinator, other, reducer] { #expect(process.end() == 0, "\(process.errors)") }
            #expect(sleeper.process.isRunning)

            let slow = try leases(of: "sleeper", in: run)
            #expect(!slow.isEmpty && slow.allSatisfy { $0.purpose == "work" }, "\(slow)")
            let copies = try leases(of: "other", in: run).filter { $0.purpose == "speculation" }
            #expect(Set(copies.flatMap(\.tasks)) == Set(slow.flatMap(\.tasks)), "\(copies)")
            #expect(try records("worker_lost", in: run).isEmpty)
            #expect(try records("task_done", in: run).allSatisfy { $0["worker"] as? String == "other" })
            #expect(try run.result("out") == run.result("calm"))
        }
    }

    /// A lease that was given.
    private struct Granted {
        let purpose: String
        /// Shard and group of each.
        let tasks: [[Int]]
    }

    private func leases(of worker: String, in run: TinyRun) throws -> [Granted] {
        try records("lease_granted", in: run).compactMap { record in
            guard record["worker"] as? String == worker, let lease = record["lease"] as? [String: Any],
                let purpose = lease["purpose"] as? String, let shard = lease["shard"] as? Int, let groups = lease["groups"] as? [Int]
            else { return nil }
            return Granted(purpose: purpose, tasks: groups.map { [shard, $0] })
        }
    }

    /// What the ledger's records of a kind say; none while there is no ledger.
    private func records(_ kind: String, in run: TinyRun) throws -> [[String: Any]] {
        let events = try run.program("events", "out", "--json")
        guard events.status == 0 else { return [] }
        return try events.output.split(separator: "\n").compactMap { line in
            let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return (entry?["record"] as? [String: Any])?[kind] as? [String: Any]
        }
    }
}
