import Foundation
import Testing

@Suite("A reducer whose OpenBLAS picks other kernels than the plan has", .serialized)
struct ReducerKernelsTests {
    @Test("starts itself again with the plan's: its random baselines are the same bits")
    func planKernels() throws {
        try TinyRun.with { run in
            try run.configure(extra: "kernels: haswell")
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinator()
            // What Debian's OpenBLAS picks by itself on recent Intel processors.
            let reducer = try cluster.reducer(environment: ["OPENBLAS_CORETYPE": "Prescott"])
            let worker = try cluster.worker()
            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            for process in [reducer, worker] { #expect(process.end() == 0, "\(process.errors)") }
            #expect(reducer.errors.contains("OpenBLAS runs its Haswell kernels"), "\(reducer.errors)")
            #expect(try run.result("out") == run.result("calm"))
        }
    }
}
