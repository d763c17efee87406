import Foundation
import SmallRuns
import Testing

@Suite("A worker that is told to stop more than once", .serialized)
struct WorkerSignalTests {
    /// A cluster whose worker has computed what it was given, and whose reducer takes nothing: the worker would keep it for an hour.
    private struct Stand {
        let coordinator, reducer, worker: StartedProgram
        let cluster: StartedCluster

        init(_ run: TinyRun) throws {
            cluster = StartedCluster(run: run)
            coordinator = try cluster.coordinator(["--lease-timeout", "3600"])
            reducer = try cluster.reducer()
            // Once it has said what it holds.
            #expect(coordinator.waits(for: "there is no worker"), "\(coordinator.errors)")
            #expect(ProcessTree.stop(reducer.process.processIdentifier), "\(reducer.errors)")
            worker = try cluster.worker("worker", ["--drain-seconds", "3600", "--scratch", "scratch"])
            let isSending = try coordinator.waits("a worker with parcels") {
                let workers = try run.program("status", "out", "--json").json?["workers"] as? [[String: Any]]
                return workers?.first?["state"] as? String == "sending"
            }
            #expect(isSending, "\(worker.errors)")
        }

        func signal(_ numbers: Int32...) { for number in numbers { kill(worker.process.processIdentifier, number) } }
    }

    @Test("gives back at the second signal what it has: nobody waits for its leases to run out, and it is not lost")
    func second() async throws {
        try await OwnThread.run {
            try TinyRun.with { run in
                let stand = try Stand(run)
                func count(_ pattern: String) throws -> Int {
                    try run.program("events", "out").output.matches(of: Regex(pattern)).count
                }
                stand.signal(SIGTERM)
                #expect(stand.worker.waits(for: "finishes what it has begun"), "\(stand.worker.errors)")
                // It takes no more, and what it has computed it still has.
                let granted = try count("lease .* went to ")
                #expect(try count("lease .* ended: ") < granted && stand.worker.process.isRunning)
                stand.signal(SIGTERM)
                #expect(stand.worker.end() == 143, "\(stand.worker.errors)")
                #expect(stand.worker.errors.contains("leaving at once"), "\(stand.worker.errors)")
                let areBack = try stand.coordinator.waits("all leases") { try count("lease .* ended: returned") == granted }
                #expect(areBack, "\(stand.coordinator.errors)")
                #expect(try count("worker .* was lost|came to nothing") == 0)
                #expect(try FileManager.default.contentsOfDirectory(atPath: run.path("scratch")).isEmpty)
            }
        }
    }

    @Test("ends at the third, whatever it does; what it leaves behind the next worker removes")
    func third() async throws {
        try await OwnThread.run {
            try TinyRun.with { run in
                let stand = try Stand(run)
                // Nobody answers it when it says goodbye, for which it waits a second.
                #expect(ProcessTree.stop(stand.coordinator.process.processIdentifier), "\(stand.coordinator.errors)")
                stand.signal(SIGTERM)
                #expect(stand.worker.waits(for: "finishes what it has begun"), "\(stand.worker.errors)")
                // Two of one number that come together are one.
                stand.signal(SIGTERM, SIGINT)
                #expect([130, 143].contains(stand.worker.end()), "\(stand.worker.errors)")
                func left() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: run.path("scratch")) }
                let abandoned = try left()
                #expect(abandoned.count == 1, "\(abandoned)")
                kill(stand.coordinator.process.processIdentifier, SIGCONT)
                let next = try stand.cluster.worker("next", ["--scratch", "scratch"])
                let isRemoved = try next.waits("an empty place") { try left().count == 1 && left() != abandoned }
                #expect(isRemoved, "\(next.errors)")
            }
        }
    }
}
