import Foundation
import SmallRuns
import Testing

/// What the tests of each engine show in detail on tiny models, once each on the demo with a small budget: five models, nine tasks of seconds.
@Suite("The demo on other engines", .serialized, .enabled(if: EngineTools.areAskedFor, "only with UN_ENGINES=1"))
struct DemoOnEnginesTests {
    private static let needsPython: ConditionTrait = .enabled(if: PythonEngines.areAskedFor, "only with UN_PYTHON_ENGINES")
    private static let needsSlurm: ConditionTrait = .enabled(
        if: SlurmCluster.isInstalled, "Slurm is not installed: apt-get install slurm-wlm munge")
    /// Seconds that a run may take on a machine that does much else.
    private static let patience = 1_800

    /// The result of `run` in one process.
    private static let calm = Result {
        try withDemo { run in
            let outcome = try run.program("run", "demo.yaml", "--output", "calm")
            guard outcome.status == 0 else { throw TinyRun.NotCalm(errors: outcome.errors) }
            return try run.result("calm")
        }
    }

    private static func withDemo<Value>(_ body: (TinyRun) throws -> Value) throws -> Value {
        try TemporaryFolder.with { folder in
            let run = TinyRun(folder: folder)
            try DemoRun.writeWhole("demo.yaml", tokens: "20k", in: run)
            return try body(run)
        }
    }

    /// Expects the result of `run`, and partials that were there before untouched.
    private func check(_ run: TinyRun, _ output: String, keeps before: [String: Date] = [:]) throws {
        #expect(try run.result(output) == Self.calm.get())
        let after = try run.partials(output)
        let again = before.keys.filter { after[$0] != before[$0] }.sorted()
        #expect(again.isEmpty, "computed twice, of \(before.count)")
    }

    private func text(_ run: TinyRun, _ name: String) -> String { (try? String(contentsOfFile: run.path(name), encoding: .utf8)) ?? "" }

    /// Waits for the end of Dask's driver, and expects a complete job.
    private func finish(_ driver: Process, in run: TinyRun) {
        let status = Patience.end(of: driver, named: "the driver", seconds: Self.patience)
        #expect(status == 0, "\(text(run, "driver.log"))")
    }

    @Test("give its bits: Dask with a scheduler and workers started by hand, one of which is killed in the middle", needsPython)
    func dask() throws {
        try Self.withDemo { run in
            try DaskCluster.with(workers: 2, in: run.folder) { cluster in
                let options = ["--scheduler", cluster.address, "--threads", "1"]
                let driver = try PythonEngines.process(
                    PythonEngines.driver("demo.yaml", output: "dask", options), in: run.folder, log: "driver.log")
                try driver.run()
                defer { if driver.isRunning { kill(driver.processIdentifier, SIGKILL) } }
                let map = try DaskCluster.frozenMap(of: cluster.workers[0], under: driver) { try !run.partials("dask").isEmpty }
                defer { if DaskCluster.isMap(map) { kill(map, SIGKILL) } }
                let finished = try run.partials("dask")
                kill(cluster.workers[0].processIdentifier, SIGKILL)
                try Patience.wait(for: "the end of the killed worker's map") { !DaskCluster.isMap(map) }
                finish(driver, in: run)
                try check(run, "dask", keeps: finished)
            }
        }
    }

    @Test("give its bits: Dask with workers that are jobs of Slurm, one of which is cancelled in the middle", needsPython, needsSlurm)
    func daskOnSlurm() throws {
        try Self.withDemo { run in
            try SlurmCluster.with(in: run.folder) { slurm in
                // Dask takes the address of the machine's name where it is told no interface.
                let settings = ["DASK_JOBQUEUE__SLURM__INTERFACE": "lo", "DASK_JOBQUEUE__SLURM__LOCAL_DIRECTORY": run.path("scratch")]
                let options = ["--slurm", "p", "--jobs", "2", "--threads", "1", "--memory", "1G"]
                let driver = try PythonEngines.process(
                    PythonEngines.driver("demo.yaml", output: "dask", options),
                    environment: slurm.environment.merging(settings) { $1 }, in: run.folder, log: "driver.log")
                try driver.run()
                defer { if driver.isRunning { kill(driver.processIdentifier, SIGKILL) } }
                try Patience.wait(for: "a finished map", of: driver, seconds: Self.patience) { try !run.partials("dask").isEmpty }
                let finished = try run.partials("dask")
                let job = try #require(try slurm.jobs(in: "RUNNING").first, "\(text(run, "driver.log"))")
                #expect(try slurm.run("scancel", String(job)).status == 0)
                finish(driver, in: run)
                try check(run, "dask", keeps: finished)
                try Patience.wait(for: "the end of the workers' jobs") {
                    usleep(100_000)
                    return try slurm.jobs().isEmpty
                }
            }
        }
    }

    @Test("give its bits: Slurm with a cluster in one job that is queued again in the middle", needsSlurm)
    func slurmCluster() throws {
        try Self.withDemo { run in
            try SlurmCluster.with(in: run.folder) { slurm in
                let environment = ["PROGRAM": try BuiltProgram.url().path, "REDUCERS": "2", "WORKER_MEMORY": "1G"]
                let job = try slurm.submit(
                    "sbatch",
                    ["--parsable", "--output=job.log", PythonEngines.deployed("slurm/cluster.sbatch"), "demo.yaml", "slurm-run"],
                    environment: environment)
                try wait(for: "a finished task", on: slurm, in: run) { try !finishedTasks(run, "slurm-run").isEmpty }
                let finished = try finishedTasks(run, "slurm-run")
                let outcome = try slurm.run("scontrol", "requeue", job)
                #expect(outcome.status == 0, "\(outcome.text)")
                try slurm.finishJobs(seconds: Self.patience)
                #expect(try slurm.field("Restarts", of: job) == "1", "\(text(run, "job.log"))")
                #expect(try slurm.field("ExitCode", of: job) == "0:0", "\(text(run, "job.log"))")
                let all = try finishedTasks(run, "slurm-run")
                let again = finished.filter { task in all.filter { $0 == task }.count > 1 }
                #expect(again.isEmpty, "computed twice, of \(finished.count)")
            }
            try check(run, "slurm-run")
        }
    }

    /// Waits for something that Slurm's jobs do, as long as there are any.
    private func wait(for awaited: String, on slurm: SlurmCluster, in run: TinyRun, _ condition: () throws -> Bool) throws {
        try Patience.wait(for: awaited, seconds: Self.patience) {
            usleep(100_000)
            if try condition() { return true }
            let logs = try slurm.jobs().isEmpty ? run.files(in: ".", ".log").map { text(run, $0) } : []
            try #require(logs.isEmpty, "\(awaited) did not come: \(logs.joined())")
            return false
        }
    }

    /// The tasks that a coordinator's ledger calls done, as often as it does.
    private func finishedTasks(_ run: TinyRun, _ output: String) throws -> [String] {
        let events = try run.program("events", output, "--json").output
        return events.matches(of: /"task_done":\{.*?"task":(\{[^}]*\})/).map { String($0.1) }
    }

    @Test("give its bits: Slurm with plain commands, one of whose map jobs is queued again in the middle", needsSlurm)
    func slurmStages() throws {
        try Self.withDemo { run in
            try SlurmCluster.with(in: run.folder) { slurm in
                let environment = ["PROGRAM": try BuiltProgram.url().path, "JOBS": "2"]
                let analysis = try slurm.submit(
                    "bash", [PythonEngines.deployed("slurm/submit.sh"), "demo.yaml", "stages"], environment: environment)
                // Of two jobs the first takes the tasks of even numbers.
                let share = Set((0..<10).filter { $0.isMultiple(of: 2) }.map { "\($0).partial" })
                try wait(for: "a finished map of the first job", on: slurm, in: run) {
                    try !share.isDisjoint(with: run.partials("stages").keys)
                }
                let finished = try run.partials("stages")
                let names = try FileManager.default.contentsOfDirectory(atPath: run.path("stages/slurm"))
                let arrays = names.compactMap { $0.firstMatch(of: /^un-map-(\d+)-/)?.1 }
                let array = try #require(arrays.first)
                let outcome = try slurm.run("scontrol", "requeue", "\(array)_0")
                #expect(outcome.status == 0, "\(outcome.text)")
                try slurm.finishJobs(seconds: Self.patience)
                #expect(try slurm.field("Restarts", of: "\(array)_0") == "1")
                #expect(try slurm.field("ExitCode", of: analysis) == "0:0")
                try check(run, "stages", keeps: finished)
            }
        }
    }

    @Test("give its bits: Snakemake, which is killed in the middle together with one of its maps, and started again", needsPython)
    func snakemake() throws {
        try Self.withDemo { run in
            let first = try PythonEngines.process(
                PythonEngines.snakemake("demo.yaml", output: "snake"), in: run.folder, log: "snakemake.log")
            try first.run()
            defer { if first.isRunning { kill(first.processIdentifier, SIGKILL) } }
            var maps: [pid_t] = []
            defer { for map in maps where DaskCluster.isMap(map) { kill(map, SIGKILL) } }
            try Patience.wait(for: "a map after one is finished", of: first, seconds: Self.patience) {
                guard try !finishedPartials(run, "snake").isEmpty else { return false }
                maps = Self.maps(under: first.processIdentifier)
                return !maps.isEmpty
            }
            // Another map of the two at once goes on: nobody tells it that Snakemake is gone.
            kill(first.processIdentifier, SIGKILL)
            kill(maps[0], SIGKILL)
            first.waitUntilExit()
            try Patience.wait(for: "the end of the killed map") { !DaskCluster.isMap(maps[0]) }
            let finished = try finishedPartials(run, "snake")

            // As deploy/snakemake/README.md says.
            for option in ["--unlock", "--rerun-incomplete"] {
                let arguments = try PythonEngines.snakemake("demo.yaml", output: "snake", options: [option])
                let again = try PythonEngines.run(arguments, in: run.folder, seconds: Self.patience)
                #expect(again.status == 0, "\(option): \(again.text)")
            }
            try check(run, "snake", keeps: finished)
        }
    }

    /// The partials of which Snakemake knows that they are finished: it marks those that it begins, until it has seen the command's end.
    private func finishedPartials(_ run: TinyRun, _ output: String) throws -> [String: Date] {
        try run.partials(output).filter { name, _ in
            let mark = Data("\(output)/parts/\(name)".utf8).base64EncodedString()
            return !FileManager.default.fileExists(atPath: run.path(".snakemake/incomplete/\(mark)"))
        }
    }

    /// The `map` commands that a process has started, itself or through a shell.
    private static func maps(under process: pid_t) -> [pid_t] {
        let children = ProcessTree.children(of: process)
        let all = children + children.flatMap { ProcessTree.children(of: $0.process) }
        return all.filter { $0.command == "map" }.map(\.process)
    }
}
