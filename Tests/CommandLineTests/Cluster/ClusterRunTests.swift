import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("A run with workers and reducers", .serialized)
struct ClusterRunTests {
    @Test("has the bits of one process, which goes on with its folder")
    func sameBits() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let calm = try run.result("calm")
            let outcome = try run.program("run", "run.yaml", "--output", "out", "--workers", "2", "--reducers", "2")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try run.result("out") == calm)
            #expect(!run.holds("out/reducers") && !run.holds("out/coordinator.json"))
            #expect(run.holds("out/report.html"))
            let again = try run.program("run", "run.yaml", "--output", "out")
            #expect(again.status == 0 && again.errors.contains("tasks are done already"), "\(again.errors)")
            #expect(try run.result("out") == calm)
        }
    }

    @Test("has the bits of one process also in a band of layers, with fewer blocks than without")
    func band() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "all", "--tokens", "2k").status == 0)
            try run.configure(tokens: "2k", extra: "layers: {band: 0}")
            let calm = try run.program("run", "run.yaml", "--output", "calm")
            #expect(calm.status == 0, "\(calm.errors)")
            let outcome = try run.program("run", "run.yaml", "--output", "out", "--workers", "2", "--reducers", "2")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try run.result("out") == run.result("calm"))
            #expect(try run.result("out") != run.result("all"))
            let (some, all) = (run.sections(in: "calm/store").count, run.sections(in: "all/store").count)
            #expect(some > 0 && some < all)
            let other = try run.program("run", "run.yaml", "--output", "all")
            #expect(other.status == 78 && other.errors.contains("band"), "\(other.errors)")
        }
    }

    @Test("sends shards of any number of rows")
    func manyRows() throws {
        try TinyRun.with { run in
            // So many rows' places would not fit into a message's body.
            let rows = 100_000
            var generator = SeededGenerator(tiny: 12)
            let tokens = (0..<rows * 2).map { _ in Int32.random(in: 0..<61, using: &generator) }
            try NumpyWriter.write(tokens, shape: [rows, 2], to: FilePath(run.path("tokens.npy")))
            try run.configure()
            try run.rewrite("run.yaml", "shard: 128", "shard: 100k")
            try run.rewrite("run.yaml", "replicates: 4", "replicates: 2")
            try run.rewrite("run.yaml", ", {id: c, path: c}", "")
            let calm = try run.program("run", "run.yaml", "--output", "calm")
            #expect(calm.status == 0, "\(calm.errors)")
            let outcome = try run.program("run", "run.yaml", "--output", "out", "--workers", "1", "--reducers", "1")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try run.result("out") == run.result("calm"))
        }
    }

    @Test("tells its history, and how it stands, when it is over")
    func history() throws {
        try TinyRun.with { run in
            let outcome = try run.program("run", "run.yaml", "--output", "out", "--workers", "2")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let status = try run.program("status", "out", "--json")
            #expect(status.status == 0, "\(status.errors)")
            #expect(status.json?["outcome"] as? String == "complete")
            #expect(status.json?["tokens_done"] as? Int == status.json?["tokens"] as? Int)
            let events = try run.program("events", "out", "--json")
            #expect(events.status == 0)
            let lines = events.output.split(separator: "\n")
            #expect(lines.count > 50)
            #expect(lines.allSatisfy { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) is [String: Any] })
            let explained = try run.program("explain", "out", "0.0")
            #expect(explained.status == 0 && explained.output.contains("was done by"), "\(explained.output)\(explained.errors)")
            #expect(try run.program("explain", "out", "999.0").status == 64)
            let nothing = try run.program("cancel", "out")
            #expect(nothing.status == 69 && nothing.errors.contains("out is complete"), "\(nothing.errors)")
            #expect(!nothing.errors.contains("resume"), "\(nothing.errors)")
        }
    }

    @Test(
        "is not what has had no coordinator: there is nothing to ask, and that is said",
        arguments: [["status"], ["events"], ["explain", "0.0"], ["retry", "--failed"], ["cancel"]])
    func ofOneProcess(command: [String]) throws {
        try TinyRun.with { run in
            #expect(try run.program("plan", "run.yaml", "--output", "alone").status == 0)
            let outcome = try run.program([command[0], "alone"] + command.dropFirst())
            #expect(outcome.status == 66, "\(outcome.errors)")
            #expect(outcome.errors.contains("the run in alone is only planned, and has no coordinator"), "\(outcome.errors)")
            #expect(outcome.errors.contains("remedy: see `universal-neurons inspect alone`"), "\(outcome.errors)")
            // A task has the form of a neuron's name.
            let isHinted = outcome.errors.contains("if a neuron is meant, `universal-neurons neuron alone 0.0` shows it")
            #expect(isHinted == (command[0] == "explain"), "\(outcome.errors)")
        }
    }

    @Test("that one process has gone on with stands as that has left it, whatever an old ledger says")
    func goneOnAlone() throws {
        try TinyRun.with { run in
            let begun = try run.program("run", "run.yaml", "--output", "out", "--tokens", "1500", "--workers", "1")
            #expect(begun.status == 0, "\(begun.errors)")
            #expect(try run.program("status", "out").output.contains("tiny: complete"))
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            for command in [["status", "out"], ["status", "out", "--watch"], ["explain", "out", "0.0"], ["cancel", "out"]] {
                let outcome = try run.program(command)
                #expect(outcome.status == 66, "\(outcome.output)\(outcome.errors)")
                #expect(outcome.errors.contains("the run in out is complete, and has no coordinator"), "\(outcome.errors)")
            }
            // What its coordinator did is still told.
            #expect(try run.program("events", "out").output.contains("worker"))
            let again = try run.program("run", "run.yaml", "--output", "out", "--workers", "1")
            #expect(again.status == 0, "\(again.errors)")
            #expect(try run.program("status", "out").output.contains("tiny: complete"))
        }
    }

    @Test("goes on with what one process has begun, and is extended like any other")
    func extended() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let calm = try run.result("calm")
            #expect(try run.program("run", "run.yaml", "--output", "out", "--tokens", "1500").status == 0)
            let grown = try run.program("run", "run.yaml", "--output", "out", "--tokens", "3k", "--workers", "2", "--reducers", "3")
            #expect(grown.status == 0, "\(grown.errors)")
            let extended = try run.program("extend", "out", "--tokens", "all")
            #expect(extended.status == 0, "\(extended.errors)")
            #expect(try run.result("out") == calm)
            let resumed = try run.program("resume", "out")
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(try run.result("out") == calm)
        }
    }

    @Test("computes a share of its tasks twice when it is asked to, and finds no difference")
    func audited() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let outcome = try run.program("run", "run.yaml", "--output", "out", "--workers", "2", "--audit", "20%")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try run.result("out") == run.result("calm"))
            #expect(try run.program("events", "out").output.contains("agree"))
        }
    }

    @Test("goes on when its ledger is lost, and when it is damaged and may be begun anew")
    func ledger() throws {
        try TinyRun.with { run in
            let arguments = ["run", "run.yaml", "--output", "out", "--workers", "1"]
            #expect(try BuiltProgram.run(arguments, in: run.folder).status == 0)
            let calm = try run.result("out")
            for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
                try? FileManager.default.removeItem(atPath: run.path("out/\(name)"))
            }
            #expect(try BuiltProgram.run(arguments, in: run.folder).status == 0)
            #expect(!(try run.program("events", "out").output.contains("went to")), "a task was computed again")
            try Data("no database".utf8).write(to: run.folder.appendingPathComponent("out/ledger.sqlite"))
            let refused = try BuiltProgram.run(arguments, in: run.folder)
            #expect(refused.status == 74 && refused.errors.contains("--rebuild-ledger"), "\(refused.errors)")
            #expect(refused.errors.contains("`universal-neurons resume out --rebuild-ledger`"), "\(refused.errors)")
            let rebuilt = try BuiltProgram.run(["resume", "out", "--rebuild-ledger"], in: run.folder)
            #expect(rebuilt.status == 0, "\(rebuilt.errors)")
            #expect(try run.result("out") == calm)
        }
    }

    @Test("ends with 130 after Ctrl-C, leaves no process, and resume goes on with it")
    func interrupted() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let program = try StartedProgram("run", ["run", "run.yaml", "--output", "out", "--workers", "2", "--quiet"], in: run.folder)
            var children: [ProcessTree.Child] = []
            _ = program.waits("three processes of its own") {
                children = ProcessTree.children(of: program.process.processIdentifier)
                return children.count == 3
            }
            kill(program.process.processIdentifier, SIGINT)
            #expect([0, 130].contains(program.end()))
            for child in children { #expect(ProcessTree.waitForEnd(of: child.process), "\(child.command) lives on") }
            let resumed = try run.program("resume", "out")
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(try run.result("out") == run.result("calm"))
        }
    }
}

extension TinyRun {
    /// Whether there is something of a name in the folder.
    func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}
