import Foundation
import Testing

@Suite("A disk that nobody may write to", .serialized)
struct ReadOnlyDiskTests {
    @Test(
        "ends every command that writes with 77, the path and a remedy before anything is computed, and nothing is left anywhere",
        .enabled(if: SmallDisk.isPossible, "mounting a disk needs root"))
    func refused() throws {
        try TinyRun.with { run in
            #expect(try run.program("plan", "run.yaml", "--output", "plan").status == 0)
            #expect(try run.program("map", "--plan", "plan", "--task", "0", "--output", "0.partial").status == 0)
            try FileManager.default.createDirectory(atPath: run.path("disk"), withIntermediateDirectories: true)
            try SmallDisk.with(at: run.folder.appendingPathComponent("disk")) { disk in
                try disk.resize(kilobytes: 16_000)
                try FileManager.default.createDirectory(atPath: run.path("disk/empty"), withIntermediateDirectories: true)
                #expect(try run.program("run", "run.yaml", "--output", "disk/run", "--tokens", "512").status == 0)
                try disk.makeReadOnly()
                let before = files(below: run.folder)
                for (arguments, path) in Self.commands {
                    let outcome = try run.program(arguments + ["--json"])
                    #expect(outcome.status == 77, "\(arguments): \(outcome.output) \(outcome.errors)")
                    let message = outcome.jsonError?["message"] as? String
                    #expect(message?.contains("not allowed to create") == true, "\(arguments): \(outcome.output)")
                    #expect(message?.contains(path) == true, "\(arguments): \(outcome.output)")
                    #expect(outcome.jsonError?["remedy"] as? String == "change the permissions or choose another folder")
                    #expect(CorrelatedTokens(log: outcome.errors) == nil, "\(arguments): \(outcome.errors)")
                }
                #expect(files(below: run.folder) == before)
                // Whoever only reads is not kept out.
                #expect(try run.program("inspect", "disk/run").status == 0)
                #expect(try run.program("map", "--plan", "disk/run", "--task", "0", "--output", "other.partial").status == 0)
            }
        }
    }

    /// Commands that would write to the disk, and what their message must name.
    private static let commands: [(arguments: [String], path: String)] = [
        (["run", "run.yaml", "--output", "disk/out"], "the folder disk/out"),
        (["run", "run.yaml", "--output", "disk/empty"], "disk/empty/"),
        (["run", "run.yaml", "--output", "disk/out", "--workers", "1"], "the folder disk/out"),
        (["run", "run.yaml", "--output", "disk/run"], "disk/run/"),
        (["extend", "disk/run", "--tokens", "all"], "disk/run/"),
        (["plan", "run.yaml", "--output", "disk/out"], "the folder disk/out"),
        (["plan", "run.yaml", "--output", "disk/empty"], "disk/empty/"),
        (["tokenize", "run.yaml", "--output", "disk/out"], "the folder disk/out"),
        (["map", "--plan", "plan", "--task", "1", "--output", "disk/1.partial"], "disk/1.partial"),
        (["reduce", "--plan", "plan", "0.partial", "--output", "disk/sum.partial"], "disk/sum.partial"),
        (["reduce", "--plan", "plan", "0.partial", "--store", "disk/store"], "the folder disk/store"),
        (["analyze", "disk/run"], "disk/run/"),
        (["clean", "disk/run"], "disk/run/"),
    ]

    /// Everything below a folder, sorted.
    private func files(below folder: URL) -> [String] {
        (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []).sorted()
    }
}
