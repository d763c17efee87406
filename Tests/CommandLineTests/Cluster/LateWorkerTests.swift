import Foundation
import Testing

@Suite("What comes twice or late", .serialized)
struct LateWorkerTests {
    private static let options = CoordinatorOptions.isSureAfter(seconds: 2)

    @Test("a worker that slept past its lease brings what another has computed meanwhile, and nothing is counted twice")
    func duplicatedLease() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinator(Self.options)
            let reducer = try cluster.reducer()
            let sleeper = try cluster.worker("sleeper")
            #expect(sleeper.waits("a parcel") { !run.staged(in: "store").isEmpty }, "\(sleeper.errors)")
            // In the middle of the run it always has leases.
            #expect(ProcessTree.stop(sleeper.process.processIdentifier))
            #expect(coordinator.process.isRunning)
            // Nobody else could take its tasks before.
            let isTaken = try coordinator.waits("a lease that ran out") {
                try coordinator.errors.contains("nothing was heard of it")
                    || run.program("events", "out").output.contains("nothing was heard of it")
            }
            #expect(isTaken, "\(coordinator.errors)")
            let staged = run.staged(in: "store").count
            let other = try cluster.worker("other")
            let hasBegun = other.waits("a parcel of its own") {
                run.staged(in: "store").count > staged || !run.sections(in: "store").isEmpty
            }
            #expect(hasBegun, "\(other.errors)")
            kill(sleeper.process.processIdentifier, SIGCONT)
            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            #expect(try run.result("out") == run.result("calm"))
            // The sleeper may wake when all is over, and nobody is there to tell it.
            for process in [reducer, other] { #expect(process.end() == 0, "\(process.errors)") }
            withExtendedLifetime(sleeper) {}
        }
    }

    @Test("a reducer killed when it has acknowledged parcels and folded none has them when it comes again")
    func acknowledgedOnly() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinator(Self.options)
            let reducer = try cluster.reducer()
            let worker = try cluster.worker()
            // A tiny run's parcels are far fewer bytes than start a fold.
            #expect(reducer.waits("parcels") { run.staged(in: "store").count >= 3 }, "\(reducer.errors)")
            kill(reducer.process.processIdentifier, SIGKILL)
            #expect(reducer.end() == 128 + SIGKILL)
            let staged = Set(run.staged(in: "store"))
            #expect(staged.count >= 3 && run.sections(in: "store").isEmpty)
            let successor = try cluster.reducer(log: "successor")
            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            #expect(successor.errors.contains(staged.count == 1 ? "1 parcel waits" : "\(staged.count) parcels wait"), "\(successor.errors)")
            #expect(try run.result("out") == run.result("calm"))
            for process in [successor, worker] { #expect(process.end() == 0, "\(process.errors)") }
        }
    }
}
