import Foundation
import SmallRuns
import Testing

@Suite("A run that is cancelled when only its results are missing", .serialized)
struct CancelledResultsTests {
    @Test("ends, whether its reducer is stopped or gone; what is done stays, and the same commands end it", arguments: [SIGSTOP, SIGKILL])
    func summarising(signal: Int32) async throws {
        try await OwnThread.run {
            try TinyRun.with { run in
                let calm = try run.calm()
                let cluster = StartedCluster(run: run)
                let (first, lost) = (try cluster.coordinator(), try cluster.reducer())
                #expect(first.waits(for: "there is no worker"), "\(first.errors)")
                // Nothing can be found before that file is gone: the run cannot be over before its reducer is.
                try Data().write(to: run.folder.appendingPathComponent("store/findings"))
                let worker = try cluster.worker()
                #expect(first.waits(for: "reducer 0 cannot summarise its groups"), "\(first.errors)")
                if signal == SIGSTOP { #expect(ProcessTree.stop(lost.process.processIdentifier), "\(lost.errors)") }
                if signal == SIGKILL { kill(lost.process.processIdentifier, SIGKILL) }

                let cancelled = try run.program("cancel", "out")
                #expect(cancelled.status == 0 && cancelled.output == "cancelled; 0 tasks were not done\n", "\(cancelled.errors)")
                #expect(first.end() == 130 && worker.end() == 0, "\(first.errors)\(worker.errors)")
                #expect(first.errors.contains("was cancelled"), "\(first.errors)")
                #expect(try run.program("status", "out", "--json").json?["outcome"] as? String == "cancelled")
                #expect(!run.holds("out/summary.json") && !run.holds("out/coordinator.json"))
                kill(lost.process.processIdentifier, SIGKILL)
                _ = lost.end()

                try FileManager.default.removeItem(atPath: run.path("store/findings"))
                func computed() throws -> Int { try run.program("events", "out").output.matches(of: /was done by/).count }
                let before = try computed()
                // Nobody computes any more.
                let (second, reducer) = (try cluster.coordinator(), try cluster.reducer())
                #expect(second.end() == 0 && reducer.end() == 0, "\(second.errors)\(reducer.errors)")
                #expect(try run.result("out") == calm)
                #expect(try computed() == before && before > 0)
                #expect(try run.program("status", "out", "--json").json?["outcome"] as? String == "complete")
            }
        }
    }
}
