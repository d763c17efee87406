import Foundation
import Testing

@Suite(
    "A cluster on machines whose clock jumps",
    .enabled(if: ClockJumpTests.compiler != nil, "only with a C compiler: it makes the clock"))
struct ClockJumpTests {
    /// What compiles C.
    static let compiler: URL? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let candidates = folders.flatMap { folder in ["clang", "cc"].map { URL(fileURLWithPath: "\(folder)/\($0)") } }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    /// A library that has the clock of every process that loads it jump whenever it is read.
    private func clock(_ run: TinyRun) throws -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let compiler = Process()
        compiler.executableURL = Self.compiler
        let source = tests.appendingPathComponent("Fixtures/Cluster/clock_jumps.c")
        compiler.arguments = ["-shared", "-fPIC", "-O1", "-o", run.path("clock.so"), source.path]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0)
        return run.path("clock.so")
    }

    @Test("loses no worker and no lease, and computes the bits of one process")
    func jumps() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let arguments = ["run", "run.yaml", "--output", "out", "--workers", "2", "--reducers", "1"]
            // Patient with a busy machine, and by far less than what the clock jumps by.
            let outcome = try BuiltProgram.run(
                arguments + ["--lease-timeout", "60"], environment: ["LD_PRELOAD": try clock(run), "CLOCK_JUMPS": run.path("jumps")],
                in: run.folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try run.result("out") == run.result("calm"))
            // The coordinator, its workers and its reducer have seen it.
            #expect(try Data(contentsOf: run.folder.appendingPathComponent("jumps")).count >= 4)
            let lines = try run.program("events", "out", "--json").output.split(separator: "\n")
            let dates = lines.compactMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
            }.compactMap { $0["date"] as? String }
            #expect(dates.count == lines.count && dates.count > 100 && dates != dates.sorted())
            #expect(!lines.contains { $0.contains("nothing was heard of it") || $0.contains("worker_lost") })
        }
    }
}
