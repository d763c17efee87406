import Foundation
import Storage
import SystemPackage
import Testing

@Suite("A run's folder has one owner", .serialized)
struct OwnershipTests {
    private func expectRefused(_ run: TinyRun, _ arguments: [String], _ lock: FilePath) throws {
        let outcome = try run.program(arguments)
        #expect(outcome.status == 75, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains("\(lock.lastComponent?.string ?? "") is in use by process"), "\(arguments): \(outcome.errors)")
    }

    private func makePartial(_ run: TinyRun) throws {
        #expect(try run.program("map", "--plan", "out/plan.json", "--task", "0", "--output", "0.partial").status == 0)
    }

    @Test("whoever owns the store alone keeps run, extend and clean out, and reduce")
    func store() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out", "--tokens", "1k").status == 0)
            try makePartial(run)
            let store = FilePath(run.path("out/store"))
            let plan = URL(fileURLWithPath: run.path("out/plan.json"))
            let planned = try Data(contentsOf: plan)
            let lock = try FolderLock(store)
            try withExtendedLifetime(lock) {
                try expectRefused(run, ["run", "run.yaml", "--output", "out"], store)
                try expectRefused(run, ["extend", "out", "--tokens", "all"], store)
                #expect(try Data(contentsOf: plan) == planned)
                try expectRefused(run, ["clean", "out"], store)
                try expectRefused(run, ["reduce", "0.partial", "--store", "out/store"], store)
                #expect(try run.program("analyze", "out", "--so-far").status == 0)
            }
        }
    }

    @Test("whoever is refused leaves the plan, and how the run goes on, as they were")
    func launch() throws {
        try TinyRun.with { run in
            let begun = try run.program("run", "run.yaml", "--output", "out", "--tokens", "1k", "--workers", "1")
            #expect(begun.status == 0, "\(begun.errors)")
            let files = try ["launch.json", "plan.json"].map { name in
                let file = URL(fileURLWithPath: run.path("out/\(name)"))
                return (file, try Data(contentsOf: file))
            }
            let out = FilePath(run.path("out"))
            var lock: FolderLock? = try FolderLock(out)
            try withExtendedLifetime(lock) {
                let start = ["run.yaml", "--output", "out", "--tokens", "all"]
                try expectRefused(run, ["run"] + start, out)
                try expectRefused(run, ["run"] + start + ["--workers", "2", "--reducers", "2"], out)
                try expectRefused(run, ["coordinator"] + start + ["--listen", "tcp://127.0.0.1:*", "--insecure"], out)
                try expectRefused(run, ["extend", "out", "--tokens", "all"], out)
                // Also where the metrics' address is taken, as by the owner.
                try FreePort.whileTaken { port in
                    try expectRefused(run, ["run"] + start + ["--workers", "1", "--metrics", "127.0.0.1:\(port)"], out)
                }
                for (file, before) in files { #expect(try Data(contentsOf: file) == before, "\(file.lastPathComponent)") }
            }
            lock = nil
            // Nobody keeps it out any more: from here on it is a run of one process.
            let plain = try run.program("run", "run.yaml", "--output", "out")
            #expect(plain.status == 0, "\(plain.errors)")
            #expect(!FileManager.default.fileExists(atPath: files[0].0.path))
        }
    }

    @Test("whoever writes the results alone keeps analyze and clean out")
    func results() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let results = FilePath(run.path("out/results.lock"))
            var lock: FolderLock? = try FolderLock(results)
            try withExtendedLifetime(lock) {
                try expectRefused(run, ["analyze", "out"], results)
                try expectRefused(run, ["analyze", "out", "--so-far"], results)
                try expectRefused(run, ["clean", "out"], results)
                #expect(try run.program("inspect", "out").status == 0)
            }
            lock = nil
            #expect(try run.program("analyze", "out").status == 0)
        }
    }

    @Test("run owns its folder and its store until the report is written, and waits for another analysis")
    func analysis() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let calm = try run.result("out")
            try makePartial(run)
            let log = run.folder.appendingPathComponent("log")
            try Data().write(to: log)
            let process = try BuiltProgram.process(["run", "run.yaml", "--output", "out"], in: run.folder)
            process.standardError = try FileHandle(forWritingTo: log)
            process.standardOutput = try DiscardedOutput.handle()
            var lock: FolderLock? = try FolderLock(FilePath(run.path("out/results.lock")))
            try process.run()
            defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
            // Against hanging only: it waits as soon as it comes to its analysis, whenever this machine lets it.
            let deadline = ContinuousClock.now + .seconds(600)
            while ContinuousClock.now < deadline, process.isRunning, lock != nil {
                if try String(contentsOf: log, encoding: .utf8).contains("waiting for the analysis of process") {
                    let out = FilePath(run.path("out"))
                    try expectRefused(run, ["extend", "out", "--tokens", "all"], out)
                    try expectRefused(run, ["run", "run.yaml", "--output", "out"], out)
                    try expectRefused(run, ["plan", "run.yaml", "--output", "out"], out)
                    try expectRefused(run, ["clean", "out"], out)
                    try expectRefused(run, ["reduce", "0.partial", "--store", "out/store"], out.appending("store"))
                    lock = nil
                }
                usleep(20_000)
            }
            let told = try String(contentsOf: log, encoding: .utf8)
            #expect(lock == nil, "the run did not wait: \(told)")
            // Should the test have failed, the run must not wait for it.
            lock = nil
            process.waitUntilExit()
            #expect(BuiltProgram.status(of: process) == 0)
            #expect(try run.result("out") == calm)
        }
    }
}
