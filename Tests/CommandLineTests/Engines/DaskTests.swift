import Foundation
import Testing

@Suite("A job on Dask", .serialized, .enabled(if: PythonEngines.areAskedFor, "only with UN_ENGINES=1 and UN_PYTHON_ENGINES"))
struct DaskTests {
    /// Runs the driver to its end.
    private func finish(
        _ run: TinyRun, _ options: [String], of configuration: String = "run.yaml"
    ) throws -> (status: Int32, text: String) {
        try PythonEngines.run(PythonEngines.driver(configuration, output: "dask", options), in: run.folder)
    }

    /// Starts the driver on a cluster's scheduler; what it says goes to `driver.log`.
    private func start(_ run: TinyRun, on cluster: DaskCluster) throws -> Process {
        let driver = try PythonEngines.process(
            PythonEngines.driver("run.yaml", output: "dask", ["--scheduler", cluster.address]), in: run.folder, log: "driver.log")
        try driver.run()
        return driver
    }

    @Test("gives the bits of a run in one process, and started a second time computes nothing")
    func local() throws {
        try TinyRun.with { run in
            let calm = try run.calm()
            let first = try finish(run, ["--local", "2"])
            #expect(first.status == 0, "\(first.text)")
            #expect(try run.result("dask") == calm)
            let (partials, results) = (try run.partials("dask"), try run.resultTimes("dask"))
            #expect(partials.count == 57)  // 50 tasks and 7 sums of up to 8
            let second = try finish(run, ["--local", "2"])
            #expect(second.status == 0, "\(second.text)")
            #expect(second.text.contains("the store is complete"))
            #expect(try run.partials("dask") == partials)
            #expect(try run.resultTimes("dask") == results)
        }
    }

    @Test("finds finished partials again, and replaces those that are damaged or another task's")
    func found() throws {
        try TinyRun.with { run in
            let calm = try run.calm()
            #expect(try finish(run, ["--local", "2"]).status == 0)
            let before = try run.partials("dask")
            try FileManager.default.removeItem(atPath: run.path("dask/store"))
            try Data("no partial".utf8).write(to: run.folder.appendingPathComponent("dask/parts/7.partial"))
            try FileManager.default.removeItem(atPath: run.path("dask/parts/20.partial"))
            try FileManager.default.copyItem(atPath: run.path("dask/parts/21.partial"), toPath: run.path("dask/parts/20.partial"))
            let again = try finish(run, ["--local", "2"])
            #expect(again.status == 0, "\(again.text)")
            #expect(try run.result("dask") == calm)
            let changed = try run.partials("dask").filter { before[$0.key] != $0.value }
            #expect(changed.keys.sorted() == ["20.partial", "7.partial"])
        }
    }

    @Test("goes on with a larger budget: only new shards are computed")
    func extended() throws {
        try TinyRun.with { run in
            let calm = try run.calm()
            #expect(try finish(run, ["--local", "2", "--tokens", "3k"]).status == 0)
            let before = try run.partials("dask").filter { !$0.key.hasPrefix("reduce") }
            let larger = try finish(run, ["--local", "2"])
            #expect(larger.status == 0, "\(larger.text)")
            #expect(try run.result("dask") == calm)
            let after = try run.partials("dask")
            #expect(before.allSatisfy { after[$0.key] == $0.value })
        }
    }

    @Test("loses nothing when a worker is killed in the middle of a map, whose process dies with it")
    func killed() throws {
        try TinyRun.with { run in
            let calm = try run.calm()
            try DaskCluster.with(workers: 2, in: run.folder) { cluster in
                let driver = try start(run, on: cluster)
                let victim = cluster.workers[0]
                let map = try DaskCluster.frozenMap(of: victim, under: driver) { try run.partials("dask").count >= 8 }
                defer { if DaskCluster.isMap(map) { kill(map, SIGKILL) } }
                let finished = try run.partials("dask")
                kill(victim.processIdentifier, SIGKILL)
                try Patience.wait(for: "the end of the worker's map") { !DaskCluster.isMap(map) }
                let status = Patience.end(of: driver, named: "the driver")
                let text = try String(contentsOfFile: run.path("driver.log"), encoding: .utf8)
                #expect(status == 0, "\(text)")
                #expect(try run.result("dask") == calm)
                let after = try run.partials("dask")
                #expect(finished.allSatisfy { after[$0.key] == $0.value }, "of \(finished.count) partials some were computed twice")
            }
        }
    }

    @Test("is stopped by a signal with all of its processes, and goes on")
    func stopped() throws {
        try TinyRun.with { run in
            let calm = try run.calm()
            try DaskCluster.with(workers: 2, in: run.folder) { cluster in
                let driver = try start(run, on: cluster)
                let map = try DaskCluster.frozenMap(of: cluster.workers[1], under: driver) { try run.partials("dask").count >= 8 }
                defer { if DaskCluster.isMap(map) { kill(map, SIGKILL) } }
                kill(driver.processIdentifier, SIGINT)
                #expect(Patience.end(of: driver, named: "the driver") == 130)
                try Patience.wait(for: "idle workers") { cluster.workers.allSatisfy { DaskCluster.maps(of: $0).isEmpty } }
                let finished = try run.partials("dask")
                #expect(finished.count < 57)
                let again = try finish(run, ["--scheduler", cluster.address])
                #expect(again.status == 0, "\(again.text)")
                #expect(try run.result("dask") == calm)
                let after = try run.partials("dask")
                #expect(finished.allSatisfy { after[$0.key] == $0.value })
            }
        }
    }

    @Test("goes past a machine that lacks the run's folder, or cannot run its kernels", arguments: [66, 69])
    func unfitMachine(code: Int) throws {
        try TinyRun.with { run in
            let calm = try run.calm()
            let program = run.folder.appendingPathComponent("sometimes")
            // Each of the first three maps fails, as on a machine that took it and should not have.
            let script = """
                #!/bin/sh
                cd '\(run.folder.path)'
                if [ "$1" = map ] && { mkdir one || mkdir two || mkdir three; } 2>/dev/null; then
                    echo '{"error": {"message": "not here"}}'
                    exit \(code)
                fi
                exec '\(try BuiltProgram.url().path)' "$@"

                """
            try Data(script.utf8).write(to: program)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
            let outcome = try finish(run, ["--local", "2", "--program", program.path])
            #expect(outcome.status == 0, "\(outcome.text)")
            #expect(FileManager.default.fileExists(atPath: run.path("three")))
            #expect(try run.result("dask") == calm)
        }
    }

    @Test("passes on the exit code and the message of a configuration that is refused")
    func refused() throws {
        try TinyRun.with { run in
            try run.configure("bad.yaml", extra: "chnk: 3")
            let outcome = try finish(run, ["--local", "1"], of: "bad.yaml")
            #expect(outcome.status == 78)
            #expect(outcome.text.contains("unknown key 'chnk'"), "\(outcome.text)")
            let missing = try PythonEngines.run(
                [PythonEngines.deployed("dask/run.py"), "run.yaml", "--output", "dask", "--program", "/nowhere/universal-neurons"],
                in: run.folder)
            #expect(missing.status == 69)
            let boundless = try finish(run, ["--slurm", "p"])
            #expect(boundless.status == 64 && boundless.text.contains("--slurm needs --memory"), "\(boundless.text)")
        }
    }

    @Test(
        "ends where Slurm refuses its workers: with 78 for what stays wrong, with 75 for what passes",
        arguments: [
            ("Invalid partition name specified", 78), ("Requested node configuration is not available", 78),
            ("Unable to contact slurm controller (connect failure)", 75),
        ])
    func refusedBySlurm(reason: String, code: Int) throws {
        try TinyRun.with { run in
            let sbatch = run.folder.appendingPathComponent("sbatch")
            let script = "#!/bin/sh\necho 'sbatch: error: Batch job submission failed: \(reason)' >&2\nexit 1\n"
            try Data(script.utf8).write(to: sbatch)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: sbatch.path)
            let path = "\(run.folder.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
            let outcome = try PythonEngines.run(
                PythonEngines.driver("run.yaml", output: "dask", ["--slurm", "nosuch", "--memory", "1G"]), environment: ["PATH": path],
                in: run.folder)
            #expect(outcome.status == code, "\(outcome.text)")
            #expect(outcome.text.contains(": Batch job submission failed: \(reason); "), "\(outcome.text)")
            #expect(!outcome.text.contains("Traceback"), "\(outcome.text)")
        }
    }
}
