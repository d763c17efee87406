import Foundation
import SmallRuns
import Testing

@Suite("The metrics of a cluster's processes", .serialized)
struct ClusterMetricsTests {
    /// A run of so many times the 50 shards of a tiny one.
    private static func withRun(_ times: Int, _ body: (TinyRun) throws -> Void) throws {
        try TinyRun.with { run in
            var generator = SeededGenerator(tiny: 10)
            try run.writeTokens((0..<times * TinyRun.rows * TinyRun.context).map { _ in Int32.random(in: 0..<61, using: &generator) })
            try body(run)
        }
    }

    @Test("tell what status tells, while it goes on, and end with their processes")
    func status() throws {
        try TinyRun.with { run in
            let cluster = try MeteredCluster(run)
            let worker = try cluster.worker()
            // From the first parcel on nothing more is given out, until the worker has been looked at and asked to leave.
            let hasBegun = worker.waits("its first parcel") { !run.staged(in: "store").isEmpty }
            #expect(hasBegun && ProcessTree.stop(cluster.coordinator.process.processIdentifier), "\(worker.errors)")
            let works = Scrape.awaits(worker) { scrape in
                scrape["universal_neurons_worker_tasks_total{result=\"done\"}"] ?? 0 > 0
                    && scrape["universal_neurons_worker_tokens_computed_total"] ?? 0 > 0
                    && scrape["universal_neurons_worker_parcels_acknowledged_bytes_total"] ?? 0 > 0
                    && scrape["universal_neurons_worker_memory_offered_bytes"] == Double(2 << 30)
            }
            #expect(works, "\(worker.errors)")
            kill(worker.process.processIdentifier, SIGTERM)
            kill(cluster.coordinator.process.processIdentifier, SIGCONT)
            #expect(worker.end() == 143, "\(worker.errors)")
            #expect(Scrape(worker) == nil)
            // Now nothing moves any more: both ways of asking must come to the same.
            var status: [String: Any] = [:]
            let isEqual = try Scrape.awaits(cluster.coordinator) { scrape in
                status = try run.program("status", "out", "--json").json ?? [:]
                return Self.differences(scrape, status).isEmpty && scrape["universal_neurons_workers{state=\"draining\"}"] == 0
            }
            let scrape = try #require(Scrape(cluster.coordinator))
            #expect(isEqual && Self.differences(scrape, status).isEmpty, "\(Self.differences(scrape, status))")
            let done = try #require(scrape["universal_neurons_tasks{state=\"done\"}"])
            #expect(done > 0 && scrape["universal_neurons_tasks_completed_total"] == done)
            #expect(scrape["universal_neurons_tasks{state=\"waiting\"}"] ?? 0 > 0, "the worker was done before it was asked to leave")
            #expect(scrape["universal_neurons_run_info{run=\"tiny\",plan=\"\(status["plan"] ?? "")\"}"] == 1)
            #expect(scrape["universal_neurons_run_state{state=\"running\"}"] == 1)
            #expect(scrape["universal_neurons_reducers{state=\"taking\"}"] == 1)
            #expect(scrape["universal_neurons_leases_granted_total{purpose=\"work\"}"] ?? 0 > 0)
            #expect(scrape["universal_neurons_handshakes_admitted_total"] ?? 0 >= 2)
            #expect(scrape["universal_neurons_ledger_commits_total"] ?? 0 > 0)
            #expect(scrape["process_cpu_seconds_total"] ?? 0 > 0)
            let names = [
                ("universal_neurons_reducer_received_bytes_total", "received_bytes"), ("universal_neurons_reducer_folded_shards", "folded"),
                ("universal_neurons_reducer_staged_parcels", "staged_parcels"), ("universal_neurons_reducer_column_groups", "groups"),
            ]
            let agrees = try Scrape.awaits(cluster.reducer) { scrape in
                let reducer = (try run.program("status", "out", "--json").json?["reducers"] as? [[String: Any]])?.first ?? [:]
                return Self.pairs(scrape, reducer, names).isEmpty
                    && scrape["universal_neurons_reducer_received_bytes_total"] ?? 0 > 0
            }
            #expect(agrees, "\(Scrape(cluster.reducer)?.text ?? "")")
            let last = try cluster.worker()
            #expect(cluster.coordinator.end() == 0, "\(cluster.coordinator.errors)")
            #expect(cluster.reducer.end() == 0 && last.end() == 0, "\(cluster.reducer.errors)")
            for program in [cluster.coordinator, cluster.reducer, last] { #expect(Scrape(program) == nil) }
        }
    }

    @Test("are what promtool takes for good", .enabled(if: Promtool.path != nil, "promtool is not installed"))
    func promtool() throws {
        #expect(try Promtool.check("# HELP x_total\nx_total{a=\"b} 1\n").status != 0, "promtool would see what is wrong")
        // Long enough not to be over before all have been asked; it is not played to its end.
        try Self.withRun(8) { run in
            let cluster = try MeteredCluster(run)
            let worker = try cluster.worker()
            #expect(Scrape.awaits(worker) { $0["universal_neurons_worker_parcels_sent_total"] ?? 0 > 0 }, "\(worker.errors)")
            for program in [cluster.coordinator, cluster.reducer, worker] {
                let scrape = try #require(Scrape(program), "\(program.errors)")
                #expect(scrape.text.contains("universal_neurons_messages_received_total"))
                let check = try Promtool.check(scrape.text)
                #expect(check.status == 0 && check.output.isEmpty, "\(check.output)\n\(scrape.text)")
            }
        }
    }

    @Test("of a run with workers are its coordinator's, also when it is resumed")
    func runWithWorkers() throws {
        // Twice as long as others: it must be met between its first task and its end.
        try Self.withRun(2) { run in
            let program = try StartedProgram(
                "run", ["run", "run.yaml", "--output", "out", "--workers", "1", "--metrics", "127.0.0.1:*"], in: run.folder)
            #expect(Scrape.awaits(program) { $0["universal_neurons_tasks{state=\"done\"}"] ?? 0 > 0 }, "\(program.errors)")
            #expect(program.end() == 0, "\(program.errors)")
            #expect(try run.program("resume", "out").errors.contains("metrics are at http://127.0.0.1:"))
        }
    }

    @Test("are refused before anything is begun, where they cannot be served")
    func refused() throws {
        try TinyRun.with { run in
            let listen = ["--listen", "tcp://127.0.0.1:*", "--insecure"]
            let other = try StartedProgram(
                "other", ["coordinator", "run.yaml", "--output", "other", "--metrics", "127.0.0.1:*"] + listen, in: run.folder)
            #expect(other.waits(for: "coordinating"), "\(other.errors)")
            let address = try #require(other.errors.firstMatch(of: /metrics are at http:\/\/([^\/]+)/)).output.1
            let commands = [
                ["run", "run.yaml", "--output", "out", "--workers", "1"],
                ["coordinator", "run.yaml", "--output", "out"] + listen,
                ["worker", "--connect", "tcp://127.0.0.1:9", "--insecure"],
                ["reducer", "--connect", "tcp://127.0.0.1:9", "--store", "out", "--insecure"],
            ]
            for command in commands {
                let taken = try BuiltProgram.run(command + ["--metrics", String(address)], in: run.folder)
                #expect(taken.status == 69, "\(taken.errors)")
                #expect(taken.errors.contains("metrics cannot be served at \(address): another process listens there already"))
                let wrong = try BuiltProgram.run(command + ["--metrics", "9400"], in: run.folder)
                #expect(wrong.status == 64 && wrong.errors.contains("\"9400\" is no address for metrics"), "\(wrong.errors)")
            }
            #expect(!run.holds("out"))
            let plain = try run.program("run", "run.yaml", "--output", "out", "--metrics", "127.0.0.1:*")
            #expect(plain.status == 64 && plain.errors.contains("--workers"), "\(plain.errors)")
        }
    }

    /// Where metrics and `status` differ; empty where they agree.
    private static func differences(_ scrape: Scrape, _ status: [String: Any]) -> [String] {
        let tasks = status["tasks"] as? [String: Any] ?? [:]
        let states = ["waiting", "running", "auditing", "done", "failed"]
        return pairs(
            scrape, status,
            [
                ("universal_neurons_tokens_planned", "tokens"), ("universal_neurons_tokens_done", "tokens_done"),
                ("universal_neurons_disagreements_total", "disagreements"),
            ])
            + pairs(scrape, tasks, states.map { ("universal_neurons_tasks{state=\"\($0)\"}", $0) })
    }

    private static func pairs(_ scrape: Scrape, _ status: [String: Any], _ names: [(series: String, key: String)]) -> [String] {
        names.compactMap { name in
            let (left, right) = (scrape[name.series], (status[name.key] as? NSNumber)?.doubleValue)
            return left != nil && left == right ? nil : "\(name.series) \(String(describing: left)), status \(String(describing: right))"
        }
    }
}
