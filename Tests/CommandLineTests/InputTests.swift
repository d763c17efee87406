import Foundation
import SmallRuns
import Testing

@Suite("Inputs of commands")
struct InputTests {
    @Test("a missing configuration ends with 66, whatever the command", arguments: ["run", "plan", "tokenize", "features"])
    func missing(command: String) throws {
        try DemoRun.with { demo in
            let output = command == "features" ? [] : ["--output", demo.path("OUT")]
            let outcome = try BuiltProgram.run([command, demo.path("no.yaml")] + output)
            #expect(outcome.status == 66)
            #expect(outcome.errors.contains("no.yaml: cannot read the configuration"))
            #expect(outcome.errors.contains("remedy: check the path"))
            #expect(!FileManager.default.fileExists(atPath: demo.path("OUT")))
        }
    }

    @Test("a misspelt key ends with 78 and names file, line and the nearest key, as JSON too")
    func misspelt() throws {
        try DemoRun.with { demo in
            let config = try demo.configure(lines: ["treads: 2"])
            let outcome = try BuiltProgram.run(["run", config, "--output", demo.path("OUT"), "--json"])
            #expect(outcome.status == 78)
            let error = try #require(outcome.jsonError)
            #expect(error["status"] as? Int == 78)
            #expect(error["kind"] as? String == "configuration")
            #expect((error["message"] as? String)?.hasPrefix("\(config):10: unknown key 'treads'") == true)
            #expect((error["remedy"] as? String)?.contains("'threads'") == true)
            #expect(!FileManager.default.fileExists(atPath: demo.path("OUT")))
        }
    }

    @Test("a missing model ends with 66 before the corpus is read")
    func missingModel() throws {
        try DemoRun.with { demo in
            let config = try demo.configure(models: ["a", "nobody"])
            let outcome = try BuiltProgram.run(["run", config, "--output", demo.path("OUT")])
            #expect(outcome.status == 66)
            #expect(outcome.errors.contains("demo-gpt2-nobody"))
            // People start a command in another folder than their configuration's.
            #expect(outcome.errors.contains("the configuration's folder, \(demo.folder.path)"), "\(outcome.errors)")
            #expect(!outcome.errors.contains("tokenising"))
            #expect(!FileManager.default.fileExists(atPath: demo.path("OUT/corpus")))
        }
    }

    @Test("folders without a run, and files that are no partials, are refused")
    func noRun() throws {
        try DemoRun.with { demo in
            for command in [["analyze"], ["clean"], ["inspect"], ["extend", "--tokens", "all"]] {
                let outcome = try BuiltProgram.run(command + [demo.folder.path])
                #expect(outcome.status != 0 && outcome.errors.contains("plan"), "\(command): \(outcome.errors)")
            }
            let config = try demo.configure()
            #expect(try BuiltProgram.run(["inspect", config]).status == 65)
            #expect(try BuiltProgram.run(["inspect", demo.path("nothing")]).status == 66)
        }
    }

    @Test("outputs that are devices or pipes, and a folder with other people's files, are refused with 73 and stay as they are")
    func refusedOutputs() throws {
        try TinyRun.with { run in
            #expect(try run.program("plan", "run.yaml", "--output", "out").status == 0)
            #expect(mkfifo(run.path("pipe"), 0o600) == 0)
            for (output, kind) in [("/dev/null", "a device"), ("/dev/full", "a device"), ("pipe", "a pipe")] {
                let refused = try run.program("map", "--plan", "out", "--task", "0", "--output", output)
                #expect(refused.status == 73 && refused.errors.contains("\(output) is \(kind)"), "\(refused.errors)")
            }
            let folder = run.folder.appendingPathComponent("mine")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: folder.appendingPathComponent("notes.txt"))
            for arguments in [["run"], ["plan"], ["run", "--workers", "1"]] {
                let refused = try BuiltProgram.run(arguments + ["run.yaml", "--output", "mine"], in: run.folder)
                #expect(refused.status == 73 && refused.errors.contains("notes.txt"), "\(arguments): \(refused.errors)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["notes.txt"])
            }
        }
    }

    @Test("reduce names the partial that is missing, and the way to the plan where none lies beside its files")
    func reduceWithoutFiles() throws {
        try TemporaryFolder.with { folder in
            let missing = try BuiltProgram.run(["reduce", "nothere.partial", "--output", "sum"], in: folder)
            #expect(missing.status == 66 && missing.errors.contains("error: nothere.partial does not exist"), "\(missing.errors)")
            try Data().write(to: folder.appendingPathComponent("here.partial"))
            let alone = try BuiltProgram.run(["reduce", "here.partial", "--output", "sum"], in: folder)
            #expect(alone.status == 64 && alone.errors.contains("no plan.json lies beside here.partial or sum"), "\(alone.errors)")
            #expect(alone.errors.contains("remedy: name the plan with --plan") && !alone.errors.contains("Usage"), "\(alone.errors)")
        }
    }

    @Test("a pipe that nobody writes to is refused and not waited for")
    func pipe() throws {
        try DemoRun.with { demo in
            try #require(mkfifo(demo.path("pipe"), 0o600) == 0)
            let outcome = try BuiltProgram.run(["inspect", demo.path("pipe")])
            #expect(outcome.status == 65 && outcome.errors.contains("a pipe in the place of a file"), "\(outcome.errors)")
        }
    }

    @Test("tokenize writes the rows and domains that run uses, byte for byte, and features lists what they hold")
    func tokenize() throws {
        try DemoRun.with { demo in
            let config = try demo.configure()
            let rows = try BuiltProgram.run(["tokenize", config, "--output", demo.path("rows"), "--json"])
            try #require(rows.status == 0, "\(rows.errors)")
            let count = try #require(rows.json?["rows"] as? Int)
            #expect(try demo.bytes("rows/tokens.npy").count > count * 256 * 2)
            #expect(try demo.bytes("rows/domains.npy").count > count * 2)
            let run = try BuiltProgram.run(["run", config, "--output", demo.path("RUN")])
            try #require(run.status == 0, "\(run.errors)")
            for name in ["tokens.npy", "domains.npy"] {
                #expect(try demo.bytes("rows/\(name)") == demo.bytes("RUN/corpus/\(name)"), "\(name)")
            }
            let features = try BuiltProgram.run(["features", config])
            try #require(features.status == 0, "\(features.errors)")
            let lines = features.output.split(separator: "\n")
            #expect(lines.count > 100 && lines[0].contains("occurrences"))
            let none = try BuiltProgram.run(["features", try demo.configure("none.yaml", lines: ["features: none"])])
            #expect(none.status == 0 && none.output.hasPrefix("no features"))
        }
    }
}
