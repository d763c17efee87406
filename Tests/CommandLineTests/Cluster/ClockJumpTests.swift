import Foundation
import Testing

@Suite("A cluster on machines whose clock jumps", .enabled(if: JumpingClock.compiler != nil, "only with a C compiler: it makes the clock"))
struct ClockJumpTests {
    @Test("loses no worker and no lease, and computes the bits of one process")
    func jumps() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let arguments = ["run", "run.yaml", "--output", "out", "--workers", "2", "--reducers", "1"]
            // Patient with a busy machine, and by far less than what the clock jumps by.
            let outcome = try BuiltProgram.run(
                arguments + ["--lease-timeout", "60"], environment: try JumpingClock.environment(in: run, noting: "jumps"), in: run.folder)
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
