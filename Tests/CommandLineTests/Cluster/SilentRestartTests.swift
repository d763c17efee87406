import Foundation
import Testing

@Suite("A coordinator that is started again while its reducer is silent", .serialized)
struct SilentRestartTests {
    @Test("hears its workers all the while: none is lost, and no attempt fails for it")
    func workersAreHeard() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinator(CoordinatorOptions.isSureAfter(seconds: 3))
            let reducer = try cluster.reducer()
            let worker = try cluster.worker()
            #expect(worker.waits("a parcel") { !run.staged(in: "store").isEmpty }, "\(worker.errors)")
            #expect(ProcessTree.stop(reducer.process.processIdentifier))
            #expect(coordinator.process.isRunning)
            kill(coordinator.process.processIdentifier, SIGKILL)
            #expect(coordinator.end() == 128 + SIGKILL)
            let resumed = try StartedProgram("resumed", ["resume", "out"], in: run.folder)
            let hasCome = resumed.waits("the worker") { !resumed.errors.matches(of: /worker .* has come/).isEmpty }
            #expect(hasCome, "\(resumed.errors)")
            // Three times as long as a worker may be silent.
            let end = ContinuousClock.now + .seconds(9)
            #expect(resumed.waits("some time") { ContinuousClock.now >= end }, "\(resumed.errors)")
            let status = try run.program("status", "out", "--json")
            let workers = status.json?["workers"] as? [[String: Any]]
            #expect(workers?.count == 1 && workers?.first?["state"] as? String != "lost", "\(status.output)")
            kill(reducer.process.processIdentifier, SIGCONT)
            #expect(resumed.end() == 0, "\(resumed.errors)")
            for process in [reducer, worker] { #expect(process.end() == 0, "\(process.errors)") }
            #expect(try run.result("out") == run.result("calm"))
            let events = try run.program("events", "out").output
            #expect(!events.isEmpty && !events.contains("nothing was heard of it"), "\(events)")
            #expect(!resumed.errors.contains("is lost"), "\(resumed.errors)")
        }
    }
}
