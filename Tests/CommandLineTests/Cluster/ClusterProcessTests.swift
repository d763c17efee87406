import Foundation
import Testing

@Suite("Coordinator, reducers and workers as processes of their own", .serialized)
struct ClusterProcessTests {
    @Test("compute the bits of one process over tcp with keys, also when each of them is killed and started again")
    func keys() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            #expect(try run.program("keys", "init", "keys").status == 0)
            let cluster = StartedCluster(run: run, keys: "keys")
            let options = ["--reducers", "2", "--lease-timeout", "10"]
            let first = try cluster.coordinator(options)
            var reducers = try (0..<2).map { try cluster.reducer("store\($0)") }
            var workers = try (0..<2).map { try cluster.worker("worker\($0)") }
            // In the middle: both reducers have something.
            let hasBegun = first.waits("a parcel at each reducer") { (0..<2).allSatisfy { !run.staged(in: "store\($0)").isEmpty } }
            #expect(hasBegun, "\(first.errors)")
            // The coordinator dies; its successor goes on with the same workers.
            kill(first.process.processIdentifier, SIGKILL)
            #expect(first.end() == 128 + SIGKILL, "\(first.errors)")
            let second = try cluster.coordinator(options)
            kill(workers[0].process.processIdentifier, SIGKILL)
            workers[0] = try cluster.worker("worker0")
            kill(reducers[1].process.processIdentifier, SIGKILL)
            _ = reducers[1].end()
            reducers[1] = try cluster.reducer("store1")
            #expect(second.end() == 0, "\(second.errors)")
            #expect(try run.result("out") == run.result("calm"))
            for process in workers + reducers { #expect(process.end() == 0, "\(process.errors)") }
        }
    }

    @Test("refuse what cannot work with one message and the right exit code", arguments: BadUse.allCases)
    func refused(use: BadUse) throws {
        try TinyRun.with { run in
            let outcome = try use.outcome(run)
            #expect(outcome.status == use.status, "\(outcome.errors)")
            #expect(outcome.errors.contains(use.message), "\(outcome.errors)")
        }
    }

    /// What people get wrong.
    enum BadUse: CaseIterable {
        case noKeys, keyReadableByOthers, keysMissing, badEndpoint, portTaken, noRun

        var status: Int32 {
            switch self {
            case .noKeys: 78
            case .keyReadableByOthers: 77
            case .keysMissing: 66
            case .badEndpoint: 64
            case .portTaken: 69
            case .noRun: 66
            }
        }

        var message: String {
            switch self {
            case .noKeys: "there are no keys to protect it"
            case .keyReadableByOthers: "can be read by others"
            case .keysMissing: "universal-neurons keys init"
            case .badEndpoint: "is no endpoint"
            case .portTaken: "another process listens at"
            case .noRun: "there is no plan"
            }
        }

        func outcome(_ run: TinyRun) throws -> BuiltProgram.Outcome {
            func coordinator(_ endpoint: String, _ more: String...) throws -> BuiltProgram.Outcome {
                try BuiltProgram.run(["coordinator", "run.yaml", "--output", "out", "--listen", endpoint] + more, in: run.folder)
            }
            switch self {
            case .noKeys: return try coordinator("tcp://127.0.0.1:*")
            case .keysMissing: return try coordinator("tcp://127.0.0.1:*", "--keys", "nowhere")
            case .badEndpoint: return try coordinator("127.0.0.1:7400")
            case .noRun: return try run.program("status", "nothing")
            case .keyReadableByOthers:
                #expect(try run.program("keys", "init", "keys").status == 0)
                chmod(run.path("keys/server.key"), 0o644)
                return try coordinator("tcp://127.0.0.1:*", "--keys", "keys")
            case .portTaken:
                let port = FreePort.find()
                let other = try StartedProgram(
                    "other", ["coordinator", "run.yaml", "--output", "other", "--listen", "tcp://127.0.0.1:\(port)", "--insecure"],
                    in: run.folder)
                #expect(other.waits(for: "coordinating"))
                return try coordinator("tcp://127.0.0.1:\(port)", "--insecure")
            }
        }
    }

    @Test("keys can be changed by nobody but their owner, whatever the umask")
    func umaskOfKeys() throws {
        try TinyRun.with { run in
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            let commands = #"umask 0 && mkdir keys && "$0" keys init keys && "$0" keys add keys reducer lab-8"#
            shell.arguments = ["-euc", commands, try BuiltProgram.url().path]
            shell.currentDirectoryURL = run.folder
            try shell.run()
            shell.waitUntilExit()
            #expect(shell.terminationStatus == 0)
            for name in [
                "allowed", "allowed/first.worker.pub", "allowed/lab-8.reducer.pub", "lab-8/allowed", "lab-8/allowed/first.worker.pub",
            ] {
                var status = stat()
                #expect(stat(run.path("keys/\(name)"), &status) == 0 && status.st_mode & 0o022 == 0, "\(name)")
            }
            chmod(run.path("keys/allowed"), 0o777)
            let refused = try run.program("coordinator", "run.yaml", "--output", "out", "--listen", "tcp://127.0.0.1:*", "--keys", "keys")
            #expect(refused.status == 77 && refused.errors.contains("run `chmod go-w \(run.path("keys/allowed"))`"), "\(refused.errors)")
        }
    }

    @Test("a reducer with the store of another run is turned away and changes nothing in it; the run goes on with an empty one")
    func otherStore() throws {
        try TinyRun.with { run in
            let first = StartedCluster(run: run)
            let coordinator = try first.coordinator()
            let reducer = try first.reducer()
            let isBegun = coordinator.waits("a store") { FileManager.default.fileExists(atPath: run.path("store/reducer.json")) }
            #expect(isBegun, "\(coordinator.errors)")
            #expect(try run.program("cancel", "out").status == 0)
            #expect(coordinator.end() == 130 && reducer.end() == 0, "\(reducer.errors)")
            let store = try Data(contentsOf: run.folder.appendingPathComponent("store/reducer.json"))
            let plan = try Data(contentsOf: run.folder.appendingPathComponent("store/plan.json"))

            try run.configure(chunk: 32)
            let second = StartedCluster(run: run)
            let other = try StartedProgram(
                "other", ["coordinator", "run.yaml", "--output", "other", "--listen", second.endpoint, "--insecure"], in: run.folder)
            let stranger = try second.reducer("store", log: "stranger")
            #expect(stranger.end() == 65, "\(stranger.errors)")
            #expect(stranger.errors.contains("its store belongs to another run"), "\(stranger.errors)")
            #expect(stranger.errors.contains("remedy: give it the folder of this run's reducer, or an empty one"), "\(stranger.errors)")
            #expect(try Data(contentsOf: run.folder.appendingPathComponent("store/reducer.json")) == store)
            #expect(try Data(contentsOf: run.folder.appendingPathComponent("store/plan.json")) == plan)
            let (right, worker) = (try second.reducer("empty"), try second.worker())
            #expect(other.end() == 0, "\(other.errors)")
            #expect(right.end() == 0 && worker.end() == 0, "\(right.errors)\(worker.errors)")
        }
    }

    @Test("a coordinator shows how it stands, says what it waits for, and is cancelled")
    func watched() throws {
        try TinyRun.with { run in
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinator()
            #expect(coordinator.waits(for: "waiting for reducer 0"), "\(coordinator.errors)")
            let reducer = try cluster.reducer()
            #expect(coordinator.waits(for: "there is no worker"), "\(coordinator.errors)")
            let status = try run.program("status", "out", "--json")
            #expect(status.status == 0, "\(status.errors)")
            #expect((status.json?["waiting_because"] as? String)?.contains("there is no worker") == true)
            #expect((status.json?["reducers"] as? [[String: Any]])?.count == 1)
            #expect(try run.program("status", cluster.endpoint, "--insecure").output.contains("0 of"))
            #expect(try run.program("explain", "out", "0.0").output.contains("there is no worker"))
            #expect(try run.program("explain", "out", "0.0", "--json").json?["explanation"] != nil)
            let far = try run.program("explain", cluster.endpoint, "0.0", "--insecure", "--json")
            #expect(far.json?["explanation"] != nil && far.json?["history"] == nil, "\(far.errors)")
            let retried = try run.program("retry", cluster.endpoint, "--failed", "--insecure").output
            #expect(retried.hasPrefix("0 tasks wait again\nno task has failed: ") && retried.hasSuffix(" waiting\n"), "\(retried)")
            let busy = try run.program("reassign", cluster.endpoint, "0", "--insecure")
            #expect(busy.status == 75 && busy.errors.contains("reducer 0 is at work"), "\(busy.errors)")
            let named = try run.program("reassign", cluster.endpoint, "host:store", "--insecure")
            #expect(named.status == 64 && named.errors.contains("by its number"), "\(named.errors)")
            let small = try run.program("worker", "--connect", cluster.endpoint, "--insecure", "--memory", "64M")
            #expect(small.status == 78 && small.errors.contains("too few"), "\(small.errors)")
            #expect(try run.program("cancel", cluster.endpoint, "--insecure").output.hasPrefix("cancelled; "))
            #expect(coordinator.end() == 130, "\(coordinator.errors)")
            let late = try run.program("cancel", "out")
            #expect(late.status == 69 && late.errors.contains("`universal-neurons resume out` goes on with it"), "\(late.errors)")
            #expect(reducer.end() == 0, "\(reducer.errors)")
            #expect(try run.program("status", "out", "--json").json?["outcome"] as? String == "cancelled")
        }
    }
}
