import Foundation
import Testing

@Suite("A worker that is killed", .serialized)
struct KilledWorkerTests {
    @Test("is a lost connection in the log and, as often as that is asked for, in the status")
    func connectionLost() throws {
        try TinyRun.with { run in
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinator(CoordinatorOptions.isSureAfter(seconds: 3))
            let reducer = try cluster.reducer()
            let killed = try cluster.worker("killed")
            #expect(killed.waits("a parcel") { !run.staged(in: "store").isEmpty }, "\(killed.errors)")
            #expect(ProcessTree.stop(killed.process.processIdentifier))
            #expect(coordinator.process.isRunning)
            kill(killed.process.processIdentifier, SIGKILL)
            #expect(killed.end() == 128 + SIGKILL)
            #expect(coordinator.waits(for: "it ended without a goodbye"), "\(coordinator.errors)")
            for _ in 0..<3 {
                let status = try run.program("status", "out", "--json")
                #expect((status.json?["connections_lost"] as? Int ?? 0) > 0, "\(status.output)\(status.errors)")
            }
            #expect(try run.program("status", "out").output.contains(" ended without a goodbye: "))
            let worker = try cluster.worker()
            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            for process in [reducer, worker] { #expect(process.end() == 0, "\(process.errors)") }
        }
    }
}
