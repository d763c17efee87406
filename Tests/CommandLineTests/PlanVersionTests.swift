import Foundation
import Pipeline
import Testing

@Suite("A plan of another version", .serialized)
struct PlanVersionTests {
    @Test(
        "is refused by whatever reads plans, with both versions and what to do, and the run stays as it was",
        arguments: [RunPlan.currentFormat - 1, RunPlan.currentFormat + 1])
    func refused(format: Int) throws {
        try TinyRun.with { run in
            // With a ledger, and how it goes on.
            try #require(try run.program("run", "run.yaml", "--output", "out", "--workers", "1").status == 0)
            try #require(try run.program("map", "--plan", "out", "--task", "0", "--output", "0.partial").status == 0)
            let path = run.folder.appendingPathComponent("out/plan.json")
            let text = try String(contentsOf: path, encoding: .utf8)
            let changed = text.replacingOccurrences(of: "\"format\" : \(RunPlan.currentFormat)", with: "\"format\" : \(format)")
            try #require(changed != text)
            try Data(changed.utf8).write(to: path)
            let before = try files(in: run.folder)
            for arguments in [
                ["run", "run.yaml", "--output", "out"], ["run", "run.yaml", "--output", "out", "--workers", "1"],
                ["coordinator", "run.yaml", "--output", "out", "--listen", "tcp://127.0.0.1:*", "--insecure"],
                ["plan", "run.yaml", "--output", "out"], ["map", "--plan", "out", "--task", "1", "--output", "1.partial"],
                ["tasks", "--plan", "out"], ["tasks", "--plan", "out", "--missing", "."],
                ["reduce", "0.partial", "--plan", "out", "--output", "sum"], ["status", "out"], ["resume", "out"], ["analyze", "out"],
                ["extend", "out", "--tokens", "8k"], ["retry", "out", "--failed"], ["explain", "out", "0.0"], ["inspect", "out"],
                ["gather", "out"], ["reassign", "out", "0"], ["clean", "out"],
            ] {
                let outcome = try BuiltProgram.run(arguments, in: run.folder)
                #expect(outcome.status == 65, "\(arguments): \(outcome.errors)")
                let message = "error: out/plan.json: the plan has format \(format), this program reads format \(RunPlan.currentFormat)\n"
                #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
                #expect(outcome.errors.contains("remedy: use the version of the program that made the plan"), "\(arguments)")
            }
            #expect(try files(in: run.folder) == before)
        }
    }

    /// The files of a folder with what is in them; but locks, whose owners change, and what SQLite lays beside a file to read it.
    private func files(in folder: URL) throws -> [String: Data] {
        var files: [String: Data] = [:]
        let passing = [".lock", "-shm", "-wal"]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where !passing.contains(where: name.hasSuffix) {
            let url = folder.appendingPathComponent(name)
            if try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true { files[name] = try Data(contentsOf: url) }
        }
        return files
    }
}
