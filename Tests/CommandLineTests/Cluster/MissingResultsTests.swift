import Foundation
import SmallRuns
import Testing

@Suite("A run whose numbers are computed and whose results are not made", .serialized)
struct MissingResultsTests {
    private static func isComputed(_ look: [String: Any]?) -> Bool {
        guard let done = look?["tokens_done"] as? Int, let tokens = look?["tokens"] as? Int else { return false }
        return done == tokens
    }

    @Test("is complete to nobody who asks or watches; without its coordinator it is stopped, and going on with it makes them")
    func summarising() async throws {
        try await OwnThread.run {
            try TinyRun.with { run in
                let calm = try run.calm()
                let cluster = StartedCluster(run: run)
                let (first, lost) = (try cluster.coordinator(), try cluster.reducer())
                #expect(first.waits(for: "there is no worker"), "\(first.errors)")
                // Nothing can be found before that file is gone.
                try Data().write(to: run.folder.appendingPathComponent("store/findings"))
                let watch = try StartedProgram("watch", ["status", "out", "--watch", "--json"], in: run.folder)
                let worker = try cluster.worker()
                #expect(first.waits(for: "reducer 0 cannot summarise its groups"), "\(first.errors)")
                let status = try run.program("status", "out", "--json")
                #expect(Self.isComputed(status.json) && status.json?["outcome"] as? String == nil, "\(status.output)\(status.errors)")
                #expect((status.json?["waiting_because"] as? String)?.contains("summarise") == true, "\(status.output)")
                #expect(watch.waits("a look behind the last task") { watch.objects.contains { Self.isComputed($0) } }, "\(watch.errors)")
                #expect(watch.process.isRunning, "\(watch.output)")

                for process in [first, lost, worker] { kill(process.process.processIdentifier, SIGKILL) }
                #expect(first.end() == 128 + SIGKILL)
                for process in [lost, worker] { _ = process.end() }
                #expect(watch.end() == 75, "\(watch.output)\(watch.errors)")
                let stopped = try run.program("status", "out")
                #expect(stopped.output.contains("`universal-neurons resume out` makes them"), "\(stopped.output)\(stopped.errors)")
                let cancelled = try run.program("cancel", "out")
                #expect(cancelled.status == 69 && !cancelled.errors.contains("is complete"), "\(cancelled.errors)")
                #expect(!run.holds("out/summary.json"))

                try FileManager.default.removeItem(atPath: run.path("store/findings"))
                let second = try cluster.coordinator()
                #expect(second.waits(for: "coordinating"), "\(second.errors)")
                // Who cannot look into the folder learns it from the coordinator.
                let far = try StartedProgram("far", ["status", cluster.endpoint, "--watch", "--json", "--insecure"], in: run.folder)
                #expect(far.waits("its first look") { !far.objects.isEmpty }, "\(far.errors)")
                let reducer = try cluster.reducer()
                #expect(far.end() == 0, "\(far.output)\(far.errors)")
                #expect(far.objects.last??["outcome"] as? String == "complete", "\(far.output)")
                #expect(run.holds("out/summary.json"))
                #expect(second.end() == 0 && reducer.end() == 0, "\(second.errors)\(reducer.errors)")
                #expect(try run.result("out") == calm)
                #expect(try run.program("status", "out", "--json").json?["outcome"] as? String == "complete")
            }
        }
    }
}
