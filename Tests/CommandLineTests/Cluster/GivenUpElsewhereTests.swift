import Foundation
import Testing

@Suite("Tasks that were given up, with reducers elsewhere", .serialized)
struct GivenUpElsewhereTests {
    private static let options = ["--reducers", "2", "--crash-limit", "1", "--lease-timeout", "2"]

    private func reducers(_ cluster: StartedCluster) throws -> [StartedProgram] { try (0..<2).map { try cluster.reducer("store\($0)") } }

    /// Has a worker killed that has a lease, which costs its tasks, and another do the rest.
    ///
    /// - Returns: the coordinator, which has ended. What the first worker had sent before it was stopped may have been the rest of its task:
    ///   then the run is complete.
    private func coordinate(_ cluster: StartedCluster) throws -> StartedProgram {
        let coordinator = try cluster.coordinator(Self.options)
        let reducers = try reducers(cluster)
        let victim = try cluster.worker("victim")
        let isKilled = try coordinator.waits("a lease of its worker") {
            guard ProcessTree.stop(victim.process.processIdentifier) else { return false }
            // What it has is in the ledger, for it was written there before the worker was told.
            let hasLease = try cluster.run.openLeases() > 0
            kill(victim.process.processIdentifier, hasLease ? SIGKILL : SIGCONT)
            return hasLease
        }
        // Whoever came before its lease has run out would compute its tasks as well, as those of any straggler.
        let hasRunOut = try isKilled && coordinator.waits("the end of its lease") { try cluster.run.openLeases() == 0 }
        let other = try hasRunOut ? cluster.worker("other") : nil
        _ = coordinator.end()
        for process in reducers { #expect(process.end() == 0, "\(process.errors)") }
        // It may have come when all was over.
        if let other { kill(other.process.processIdentifier, SIGTERM) }
        _ = other?.end()
        return coordinator
    }

    /// The same, until a task was given up.
    private func giveUp(_ cluster: StartedCluster) throws -> StartedProgram {
        for _ in 0..<20 {
            let coordinator = try coordinate(cluster)
            if coordinator.end() != 0 { return coordinator }
            for name in ["out", "store0", "store1"] { try FileManager.default.removeItem(atPath: cluster.run.path(name)) }
        }
        return try #require(nil as StartedProgram?, "in 20 runs no task was given up")
    }

    @Test("leave what the others gave: it is gathered and analysed, which names what is missing, and a retry makes the run whole")
    func analysed() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            let coordinator = try giveUp(cluster)
            #expect(coordinator.end() == 70, "\(coordinator.errors)")
            for command in ["retry out --failed", "gather out --statistics", "analyze out --incomplete"] {
                #expect(coordinator.errors.contains("`universal-neurons \(command)`"), "\(coordinator.errors)")
            }
            let status = try #require(try run.program("status", "out", "--json").json)
            let failed = try #require((status["failed"] as? [[String: Any]])?.compactMap { $0["task"] as? String })
            // Nothing is here yet, and there are no matrices that could come.
            let elsewhere = try run.program("analyze", "out", "--incomplete")
            #expect(elsewhere.status == 65 && elsewhere.errors.contains("`gather --statistics`"), "\(elsewhere.errors)")
            let matrices = try run.program("gather", "out", "--matrices")
            #expect(matrices.status == 0 && matrices.errors.contains("given up"), "\(matrices.errors)")
            #expect(matrices.output.contains("`universal-neurons gather out --statistics`"), "\(matrices.output)")
            let gathering = try StartedProgram("gather", ["gather", "out"], in: run.folder)
            let gathered = try reducers(cluster)
            #expect(gathering.end() == 0, "\(gathering.errors)")
            for process in gathered { #expect(process.end() == 0, "\(process.errors)") }
            #expect(gathering.errors.contains("missing: \(failed.count == 1 ? "1 task" : "\(failed.count) tasks") given up"))
            #expect(gathering.output.contains("analyze out --incomplete"), "\(gathering.output)")
            for command in ["analyze", "similarity"] {
                let refused = try run.program(command, "out")
                #expect(refused.status == 65 && refused.errors.contains("given up: their statistics are missing"), "\(refused.errors)")
                #expect(refused.errors.contains("--incomplete") && refused.errors.contains("`universal-neurons retry out --failed`"))
            }
            let analysed = try run.program("analyze", "out", "--incomplete")
            #expect(analysed.status == 0, "\(analysed.errors)")
            let shards = Set(failed.map { String($0.prefix { $0 != "." }) }).sorted()
            for shard in shards.prefix(12) { #expect(analysed.errors.contains("missing: shard \(shard) in "), "\(analysed.errors)") }
            let card = try run.program("neuron", "out", "0.1").output
            let notice = try #require(card.split(separator: "\n").first { $0.hasPrefix("This run is not complete: ") })
            #expect(try String(contentsOfFile: run.path("out/report.html"), encoding: .utf8).contains(notice))
            #expect(try run.result("out") != run.result("calm"))
            let similar = try run.program("similarity", "out", "--incomplete", "--measures", "cka")
            #expect(similar.status == 0 && similar.errors.contains("out is not complete: "), "\(similar.errors)")
            // Its matrices are those of what has come: no reducer is waited for.
            let made = try run.program("gather", "out", "--matrices")
            #expect(made.status == 0 && made.output.contains("has the run's matrices, without what was given up"), "\(made.output)")
            // The run itself can still be made whole.
            #expect(try run.program("retry", "out", "--failed").status == 0)
            let unfinished = try run.program("gather", "out", "--statistics")
            #expect(unfinished.status == 75, "\(unfinished.errors)")
            let again = try cluster.coordinator(Self.options)
            let others = try reducers(cluster) + [cluster.worker()]
            #expect(again.end() == 0, "\(again.errors)")
            for process in others { #expect(process.end() == 0, "\(process.errors)") }
            #expect(try run.result("out") == run.result("calm"))
            // What was gathered before is not what the run stands on now.
            let standing = try run.program("inspect", "out")
            #expect(standing.status == 0 && !standing.output.contains("missing"), "\(standing.output)")
        }
    }
}
