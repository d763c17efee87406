import Foundation
import Testing

@Suite("A coordinator whose disk is full", .serialized)
struct LedgerDiskTests {
    /// Less than a ledger with its log: it is caught in the middle.
    private static let step = 24

    @Test(
        "ends with a message wherever the ledger or the plan had no room; with more room it goes on, and the numbers are those of a calm run",
        .enabled(if: SmallDisk.isPossible, "mounting a disk of a size needs root"))
    func full() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let mount = run.folder.appendingPathComponent("disk")
            try FileManager.default.createDirectory(at: mount, withIntermediateDirectories: true)
            let cluster = StartedCluster(run: run)
            // Both outlive their coordinators.
            let reducer = try cluster.reducer()
            let worker = try cluster.worker()
            try SmallDisk.with(at: mount) { disk in
                var statuses: Set<Int32> = []
                // Room for the plan comes first, then for a part of the ledger.
                for kilobytes in stride(from: 32, to: 2_000, by: Self.step) where !statuses.contains(74) {
                    try disk.resize(kilobytes: kilobytes)
                    let coordinator = try start(cluster)
                    let status = coordinator.end()
                    statuses.insert(status)
                    #expect([74, 75].contains(status), "\(kilobytes) kB: \(coordinator.errors)")
                    let words = status == 74 ? "ledger.sqlite cannot be used" : "no room for disk/out"
                    #expect(coordinator.errors.contains(words), "\(kilobytes) kB: \(coordinator.errors)")
                }
                #expect(statuses == [74, 75])
                try disk.resize(kilobytes: 16_000)
                let last = try start(cluster)
                #expect(last.end() == 0, "\(last.errors)")
                #expect(try run.result("disk/out") == run.result("calm"))
            }
            #expect(reducer.end() == 0 && worker.end() == 0, "\(reducer.errors)\(worker.errors)")
        }
    }

    private func start(_ cluster: StartedCluster) throws -> StartedProgram {
        // Who is lost with a coordinator is not lost because of a task.
        let options = ["--output", "disk/out"] + CoordinatorOptions.keepsTasks
        return try StartedProgram(
            "coordinator", ["coordinator", "run.yaml", "--listen", cluster.endpoint, "--insecure"] + options, in: cluster.run.folder)
    }
}
