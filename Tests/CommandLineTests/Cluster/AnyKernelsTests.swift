import Foundation
import Testing

@Suite("Workers of which each has its own kernels", .serialized)
struct AnyKernelsTests {
    /// Families of OpenBLAS that every x86-64 machine with AVX2 runs, with different bits.
    private static let families = ["Haswell", "Prescott"]

    @Test("cannot be audited: that is said before anything is made")
    func audited() throws {
        try TinyRun.with { run in
            try run.configure(extra: "kernels: any")
            let commands = [
                ["run", "run.yaml", "--output", "out", "--workers", "2", "--audit", "1%"],
                ["coordinator", "run.yaml", "--output", "out", "--listen", "tcp://127.0.0.1:*", "--insecure", "--audit", "1%"],
            ]
            for command in commands {
                let refused = try run.program(command)
                #expect(refused.status == 78, "\(refused.errors)")
                #expect(refused.errors.contains("no task can be audited with `kernels: any`"), "\(refused.errors)")
                #expect(refused.errors.contains("leave `--audit` out"), "\(refused.errors)")
                #expect(!run.holds("out"))
            }
        }
    }

    @Test("may compute a task twice: the run ends, nobody is called wrong, and every token is counted once")
    func twice() throws {
        try TinyRun.with { run in
            try run.configure(extra: "kernels: any")
            let calm = try run.program("run", "run.yaml", "--output", "calm", "--json")
            #expect(calm.status == 0, "\(calm.errors)")
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinator(CoordinatorOptions.isSureAfter(seconds: 2))
            let reducer = try cluster.reducer()
            let sleeper = try cluster.worker("sleeper", environment: ["OPENBLAS_CORETYPE": Self.families[0]])
            #expect(sleeper.waits("a parcel") { !run.staged(in: "store").isEmpty }, "\(sleeper.errors)")
            // In the middle of the run it always has leases.
            #expect(ProcessTree.stop(sleeper.process.processIdentifier))
            let isTaken = try coordinator.waits("a lease that ran out") {
                try run.program("events", "out").output.contains("nothing was heard of it")
            }
            #expect(isTaken, "\(coordinator.errors)")
            let staged = run.staged(in: "store").count
            let other = try cluster.worker("other", environment: ["OPENBLAS_CORETYPE": Self.families[1]])
            let hasBegun = other.waits("a parcel of its own") {
                run.staged(in: "store").count > staged || !run.sections(in: "store").isEmpty
            }
            #expect(hasBegun, "\(other.errors)")
            kill(sleeper.process.processIdentifier, SIGCONT)
            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            #expect(!coordinator.errors.contains("different integers"), "\(coordinator.errors)")
            let summary = try JSONSerialization.jsonObject(with: Data(contentsOf: run.folder.appendingPathComponent("out/summary.json")))
            #expect((summary as? [String: Any])?["tokens"] as? Int == calm.json?["tokens"] as? Int)
            // The sleeper may wake when all is over, and nobody is there to tell it.
            for process in [reducer, other] { #expect(process.end() == 0, "\(process.errors)") }
            withExtendedLifetime(sleeper) {}
        }
    }
}
