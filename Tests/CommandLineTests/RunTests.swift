import Foundation
import Testing

@Suite("A run from the command line", .serialized)
struct RunTests {
    @Test("writes its files, prints summary.json under --json, and does nothing the second time")
    func run() throws {
        try DemoRun.with { demo in
            let config = try demo.configure()
            let first = try BuiltProgram.run(["run", config, "--output", demo.path("RUN"), "--json"])
            try #require(first.status == 0, "\(first.errors)")
            for file in ["plan.json", "calibration.npz", "neurons.csv", "summary.json", "report.html", "correlations.zarr/a-b/.zarray"] {
                #expect(FileManager.default.fileExists(atPath: demo.path("RUN/\(file)")), "\(file)")
            }
            let printed = try #require(first.json)
            #expect(NSDictionary(dictionary: printed) == NSDictionary(dictionary: try #require(try demo.json("RUN/summary.json"))))
            #expect(first.errors.contains("correlating"))
            #expect(!first.errors.contains("\u{1B}"))
            let table = try demo.bytes("RUN/neurons.csv")
            let second = try BuiltProgram.run(["run", config, "--output", demo.path("RUN")])
            #expect(second.status == 0)
            #expect(!second.errors.contains("correlating"))
            #expect(second.output.contains("small: "))
            #expect(try demo.bytes("RUN/neurons.csv") == table)

            try look(into: demo)
            try refuseOthers(config: config, in: demo)
        }
    }

    /// Another plan is refused by naming the difference, and changes nothing of the run that is there.
    private func refuseOthers(config: String, in demo: DemoRun) throws {
        let rows = try demo.bytes("RUN/corpus/tokens.npy")
        for (line, name) in [("resolution: 1/4", "esolution"), ("replicates: 4", "replicates")] {
            let other = try demo.configure("other.yaml", lines: [line])
            let outcome = try BuiltProgram.run(["run", other, "--output", demo.path("RUN"), "--json"])
            #expect(outcome.status != 0)
            #expect((outcome.jsonError?["message"] as? String)?.contains(name) == true, "\(outcome.output)")
        }
        let text = try String(contentsOfFile: config, encoding: .utf8).replacingOccurrences(of: "context: 256", with: "context: 128")
        try Data(text.utf8).write(to: demo.folder.appendingPathComponent("shorter.yaml"))
        let shorter = try BuiltProgram.run(["run", demo.path("shorter.yaml"), "--output", demo.path("RUN")])
        #expect(shorter.status != 0 && shorter.errors.contains("context: 256 → 128"), "\(shorter.errors)")
        #expect(try demo.bytes("RUN/corpus/tokens.npy") == rows)
        #expect(!FileManager.default.fileExists(atPath: demo.path("RUN/corpus.other")))
        try succeed(["run", config, "--output", demo.path("RUN")])
    }

    private func look(into demo: DemoRun) throws {
        let run = try BuiltProgram.run(["inspect", demo.path("RUN"), "--json"])
        #expect(run.status == 0)
        #expect(run.json?["tasks_done"] as? Int == run.json?["tasks"] as? Int)
        #expect((run.json?["missing"] as? [String])?.isEmpty == true)
        let plan = try BuiltProgram.run(["inspect", demo.path("RUN/plan.json")])
        #expect(plan.status == 0 && plan.output.contains("the reference"))
        let neuron = try BuiltProgram.run(["inspect", demo.path("RUN"), "--neuron", "3.117", "--json"])
        #expect(neuron.status == 0)
        let columns = try #require(neuron.json?["columns"] as? [String: Any])
        #expect(columns["layer"] as? Int == 3)
        let (score, correlation) = (columns["explanation_score"] as? Double, columns["explanation_corr"] as? Double)
        #expect(try abs(#require(score) - #require(correlation) * #require(correlation)) < 1e-6)
        #expect((neuron.json?["examples"] as? [Any])?.count == 10)
        let none = try BuiltProgram.run(["inspect", demo.path("RUN"), "--neuron", "4.0"])
        #expect(none.status == 64 && none.errors.contains("4.0"))
        let sections = try FileManager.default.contentsOfDirectory(atPath: demo.path("RUN/store/sections"))
        let section = try BuiltProgram.run(["inspect", demo.path("RUN/store/sections/\(try #require(sections.first))")])
        #expect(section.status == 0 && section.output.contains("every checksum right"))
        let clean = try BuiltProgram.run(["clean", demo.path("RUN"), "--json"])
        #expect(clean.status == 0 && clean.json?["partials"] as? Int == 0)
    }

    @Test("extended gives what a fresh run of that budget gives, and so do map and reduce")
    func extended() throws {
        try DemoRun.with { demo in
            let config = try demo.configure()
            try succeed(["run", config, "--output", demo.path("RUN"), "--tokens", "8k"])
            try succeed(["extend", demo.path("RUN"), "--tokens", "16k"])
            try succeed(["run", config, "--output", demo.path("FRESH"), "--memory", "1G", "--threads", "1"])
            #expect(try demo.bytes("RUN/neurons.csv") == demo.bytes("FRESH/neurons.csv"))

            let plan = try BuiltProgram.run(["plan", config, "--output", demo.path("MAP"), "--json"])
            try #require(plan.status == 0, "\(plan.errors)")
            #expect((plan.json?["cost"] as? [String: Any])?["seconds"] as? Double ?? 0 > 0)
            let tasks = try #require((plan.json?["plan"] as? [String: Any])?["tasks"] as? Int)
            #expect(tasks == 8)
            for task in 0..<tasks {
                try succeed([
                    "map", "--plan", demo.path("MAP/plan.json"), "--task", "\(task)", "--output", demo.path("MAP/\(task).partial"),
                ])
            }
            try succeed(["reduce", demo.path("MAP/1.partial"), demo.path("MAP/0.partial"), "--output", demo.path("MAP/sum.partial")])
            let rest = (1..<tasks).map { demo.path("MAP/\($0).partial") }
            try succeed(["reduce", demo.path("MAP/sum.partial")] + rest + ["--store", demo.path("MAP/store")])
            try succeed(["analyze", demo.path("MAP")])
            let digests = try ["RUN", "FRESH", "MAP"].map { try demo.json("\($0)/summary.json")?["statistics_sha256"] as? String }
            #expect(Set(digests).count == 1 && digests[0] != nil)
        }
    }

    @Test("stopped by Ctrl-C exits with 130 and is finished by the next run", arguments: [SIGINT, SIGTERM])
    func stopped(signal: Int32) throws {
        try DemoRun.with { demo in
            let config = try demo.configure(tokens: "48k")
            var output: String?
            // Once is enough, unless this test has to wait for a processor while the run goes on.
            for attempt in 0..<10 where output == nil {
                let folder = demo.path("RUN\(attempt)")
                let (process, _) = try start(["run", config, "--output", folder], in: demo)
                defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
                while process.isRunning, partials(in: folder) == 0 { usleep(20_000) }
                // Frozen until it is seen how far it is: of 24 tasks some must be missing.
                kill(process.processIdentifier, SIGSTOP)
                let isInTime = (1..<20).contains(partials(in: folder))
                kill(process.processIdentifier, isInTime ? signal : SIGKILL)
                kill(process.processIdentifier, SIGCONT)
                process.waitUntilExit()
                guard isInTime else { continue }
                #expect(BuiltProgram.status(of: process) == 128 + signal)
                output = folder
            }
            let stopped = try #require(output, "the run was always done before it could be stopped")
            let early = try BuiltProgram.run(["analyze", stopped])
            #expect(early.status != 0 && early.errors.contains("missing"))
            try succeed(["run", config, "--output", stopped])
        }
    }

    @Test("a file that is shortened while it is read ends the run with 74 and a message, and the next run names it")
    func shortened() throws {
        try DemoRun.with { demo in
            // So many shards that none of them is the last one.
            let config = try demo.configure(tokens: "all")
            let (process, errors) = try start(["run", config, "--output", demo.path("RUN")], in: demo)
            defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
            while process.isRunning, partials(in: demo.path("RUN")) == 0 { usleep(20_000) }
            kill(process.processIdentifier, SIGSTOP)
            // The rows of the shards to come are read from here.
            try #require(truncate(demo.path("RUN/corpus/tokens.npy"), 4096) == 0)
            kill(process.processIdentifier, SIGCONT)
            process.waitUntilExit()
            #expect(BuiltProgram.status(of: process) == 74)
            let text = try String(contentsOf: errors, encoding: .utf8)
            #expect(text.contains("became shorter") && text.contains("remedy: "))
            let next = try BuiltProgram.run(["run", config, "--output", demo.path("RUN")])
            #expect(next.status == 65 && next.errors.contains("tokens.npy") && next.errors.contains("damaged"), "\(next.errors)")
        }
    }

    @Test("a map that meets such a file ends with 75: another attempt may not meet it")
    func shortenedMap() throws {
        try DemoRun.with { demo in
            // One task of all tokens, which takes a while.
            let config = try demo.configure(tokens: "all")
            let text = try String(contentsOfFile: config, encoding: .utf8).replacingOccurrences(of: "shard: 2048", with: "shard: 10000000")
            try Data(text.utf8).write(to: URL(fileURLWithPath: config))
            try succeed(["plan", config, "--output", demo.path("RUN")])
            let (process, errors) = try start(
                ["map", "--plan", demo.path("RUN"), "--task", "0", "--output", demo.path("0.partial")], in: demo)
            defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
            while process.isRunning, try !String(contentsOf: errors, encoding: .utf8).contains("correlating") { usleep(5_000) }
            // What the kernel sends when a map has no bytes to give.
            kill(process.processIdentifier, SIGBUS)
            process.waitUntilExit()
            #expect(BuiltProgram.status(of: process) == 75)
            #expect(try String(contentsOf: errors, encoding: .utf8).contains("became shorter"))
        }
    }

    /// Starts the program with its errors in a file.
    private func start(_ arguments: [String], in demo: DemoRun) throws -> (process: Process, errors: URL) {
        let process = try BuiltProgram.process(arguments)
        let errors = URL(fileURLWithPath: demo.path("errors"))
        try Data().write(to: errors)
        process.standardOutput = try DiscardedOutput.handle()
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return (process, errors)
    }

    @Test("right after plan, inspect says what there is and analyze what is missing")
    func planned() throws {
        try DemoRun.with { demo in
            let config = try demo.configure(tokens: "48k")
            try succeed(["plan", config, "--output", demo.path("RUN")])
            try succeed(["inspect", demo.path("RUN")])
            let analysis = try BuiltProgram.run(["analyze", demo.path("RUN")])
            #expect(analysis.status == 65 && analysis.errors.contains("missing"), "\(analysis.errors)")
            let early = try BuiltProgram.run(["analyze", demo.path("RUN"), "--so-far"])
            #expect(early.status == 65 && !early.errors.contains("staging"), "\(early.errors)")
        }
    }

    /// How many partials wait in a run's store.
    private func partials(in run: String) -> Int {
        ((try? FileManager.default.contentsOfDirectory(atPath: run + "/store/staging")) ?? []).count { $0.hasSuffix(".partial") }
    }

    private func succeed(_ arguments: [String]) throws {
        let outcome = try BuiltProgram.run(arguments)
        try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    }
}
