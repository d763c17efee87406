import Foundation
import SmallRuns
import Testing

@Suite("A run that is watched", .serialized)
struct WatchTests {
    private func watch(_ run: TinyRun, _ options: String...) throws -> StartedProgram {
        try StartedProgram("watch", ["status", "out", "--watch"] + options, in: run.folder)
    }

    @Test("may be watched before it is there, and the watch ends with 0 when it is complete; with --json one object is a line")
    func complete() async throws {
        try await OwnThread.run {
            try TinyRun.with { run in
                let watch = try watch(run, "--json")
                #expect(watch.waits(for: "out has no plan yet"), "\(watch.errors)")
                let outcome = try run.program("run", "run.yaml", "--output", "out", "--workers", "1")
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(watch.end() == 0, "\(watch.errors)")
                #expect(watch.errors.components(separatedBy: "has no plan yet").count == 2, "\(watch.errors)")
                let seen = watch.objects
                #expect(!seen.isEmpty && !seen.contains { $0 == nil }, "\(watch.output)")
                #expect(seen.last??["outcome"] as? String == "complete", "\(watch.output)")
            }
        }
    }

    @Test("is waited for only by a watch, and only where it can come")
    func waiting() async throws {
        try await OwnThread.run {
            try TinyRun.with { run in
                try FileManager.default.createDirectory(atPath: run.path("out"), withIntermediateDirectories: true)
                let watch = try watch(run)
                #expect(watch.waits(for: "out has no plan yet"), "\(watch.errors)")
                #expect(try run.program("status", "out").status == 66)
                #expect(watch.process.isRunning && watch.output.isEmpty, "\(watch.errors)")
                // Nothing comes beneath a file.
                #expect(try run.program("status", "run.yaml", "--watch").status == 66)
            }
        }
    }
}
