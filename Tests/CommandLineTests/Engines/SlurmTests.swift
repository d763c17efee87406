import Foundation
import SmallRuns
import Testing

@Suite(
    "A job on Slurm", .serialized, .enabled(if: EngineTools.areAskedFor, "only with UN_ENGINES=1"),
    .enabled(if: SlurmCluster.isInstalled, "Slurm is not installed: apt-get install slurm-wlm munge"))
struct SlurmTests {
    /// A program in the run's folder that first does something else, once.
    private func program(_ run: TinyRun, once body: String) throws -> [String: String] {
        let file = run.folder.appendingPathComponent("program")
        let script = """
            #!/usr/bin/env bash
            here='\(run.folder.path)'
            program='\(try BuiltProgram.url().path)'
            \(body)
            exec "$program" "$@"

            """
        try Data(script.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        return ["PROGRAM": file.path]
    }

    /// Submits the whole run as one job.
    private func submitCluster(_ slurm: SlurmCluster, environment: [String: String]) throws -> String {
        let arguments = ["--parsable", "--output=job.log", PythonEngines.deployed("slurm/cluster.sbatch"), "run.yaml", "slurm-run"]
        return try slurm.submit(
            "sbatch", arguments, environment: environment.merging(["REDUCERS": "2", "WORKER_MEMORY": "1G"]) { $1 })
    }

    private func exists(_ run: TinyRun, _ name: String) -> Bool { FileManager.default.fileExists(atPath: run.path(name)) }

    private func log(_ run: TinyRun) -> String { (try? String(contentsOfFile: run.path("job.log"), encoding: .utf8)) ?? "" }

    /// A run of so many tasks that one worker does not end it before it is looked at.
    private func longer(_ run: TinyRun) throws {
        var generator = SeededGenerator(tiny: 10)
        try run.writeTokens((0..<2_000 * TinyRun.context).map { _ in Int32.random(in: 0..<61, using: &generator) })
    }

    @Test("queued again in the middle goes on where it was, and gives the bits of a run in one process", arguments: [false, true])
    func requeued(byItself: Bool) throws {
        try TinyRun.with { run in
            try longer(run)
            let calm = try run.calm()
            // The first worker computes some tasks and is stopped then, the second one never begins.
            let environment = try program(
                run,
                once: """
                    if [[ $1 == worker ]] && mkdir "$here/first" 2>/dev/null; then
                        "$program" "$@" &
                        trap 'kill -CONT $!; kill $!' TERM
                        until (($("$program" events "$here/slurm-run" --json 2>/dev/null | wc -l) > 40)); do sleep 0.01; done
                        kill -STOP $!
                        touch "$here/frozen"
                        wait
                        wait
                        exit 143
                    elif [[ $1 == worker ]] && mkdir "$here/second" 2>/dev/null; then
                        exec sleep 600
                    fi
                    """)
            try SlurmCluster.with(in: run.folder) { slurm in
                let job = try submitCluster(slurm, environment: environment)
                try Patience.wait(for: "a worker in the middle") { exists(run, "frozen") || exists(run, "slurm-run/summary.json") }
                #expect(!exists(run, "slurm-run/summary.json"))
                if byItself {
                    // What Slurm sends when the time is nearly over.
                    try slurm.run("scancel", "--batch", "--signal=USR1", job)
                } else {
                    try slurm.run("scontrol", "requeue", job)
                }
                try slurm.finishJobs()
                #expect(try slurm.field("Restarts", of: job) == "1", "\(log(run))")
                #expect(try slurm.field("ExitCode", of: job) == "0:0", "\(log(run))")
            }
            #expect(try run.result("slurm-run") == calm)
            let mode = try FileManager.default.attributesOfItem(atPath: run.path("slurm-run/slurm/keys"))[.posixPermissions] as? Int
            #expect(mode == 0o700)
        }
    }

    @Test("ends with the coordinator's exit code")
    func refused() throws {
        try TinyRun.with { run in
            try run.configure(extra: "chnk: 3")
            try SlurmCluster.with(in: run.folder) { slurm in
                let job = try submitCluster(slurm, environment: ["PROGRAM": try BuiltProgram.url().path])
                try slurm.finishJobs()
                #expect(try slurm.field("ExitCode", of: job) == "78:0")
                #expect(log(run).contains("unknown key 'chnk'"))
            }
        }
    }

    @Test("by plain commands: a stage that shall be tried again and one queued again in the middle change nothing")
    func stages() throws {
        try TinyRun.with { run in
            let calm = try run.calm()
            let body = """
                if [[ $1 == map && " $* " == *" --task 13 "* ]] && mkdir "$here/again" 2>/dev/null; then exit 75; fi
                if [[ $1 == map && " $* " == *" --task 30 "* ]] && mkdir "$here/middle" 2>/dev/null; then exec sleep 600; fi
                """
            let environment = try program(run, once: body).merging(["JOBS": "4"]) { $1 }
            try SlurmCluster.with(in: run.folder) { slurm in
                let analysis = try slurm.submit(
                    "bash", [PythonEngines.deployed("slurm/submit.sh"), "run.yaml", "stages"], environment: environment)
                let stages = try #require(Int(analysis))
                try Patience.wait(for: "a map in the middle") { exists(run, "middle") }
                let before = try run.partials("stages")
                // Task 30 is the share of the third of four jobs of the array.
                try slurm.run("scontrol", "requeue", "\(try mapArray(run))_2")
                try slurm.finishJobs()
                #expect(try slurm.field("ExitCode", of: analysis) == "0:0", "job \(stages)")
                #expect(try run.result("stages") == calm)
                let after = try run.partials("stages")
                #expect(after.count == 50 && before.allSatisfy { after[$0.key] == $0.value })

                // Once more: nothing is computed.
                _ = try slurm.submit("bash", [PythonEngines.deployed("slurm/submit.sh"), "run.yaml", "stages"], environment: environment)
                try slurm.finishJobs()
                #expect(try run.partials("stages") == after)
                #expect(try run.result("stages") == calm)
            }
        }
    }

    /// The number of the array of map jobs, which stands in its logs' names.
    private func mapArray(_ run: TinyRun) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: run.path("stages/slurm"))
        let name = try #require(names.first { $0.hasPrefix("un-map-") })
        return String(name.dropFirst("un-map-".count).prefix { $0 != "-" })
    }

    @Test("by plain commands: nothing is left in the queue after a stage that fails")
    func refusedStage() throws {
        try TinyRun.with { run in
            try run.configure(extra: "chnk: 3")
            try SlurmCluster.with(in: run.folder) { slurm in
                let environment = ["PROGRAM": try BuiltProgram.url().path, "JOBS": "2"]
                _ = try slurm.submit("bash", [PythonEngines.deployed("slurm/submit.sh"), "run.yaml", "stages"], environment: environment)
                try slurm.finishJobs()
                #expect(!exists(run, "stages/plan.json"))
            }
        }
    }
}
