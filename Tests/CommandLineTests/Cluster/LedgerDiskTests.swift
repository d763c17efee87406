import Foundation
import Testing

@Suite("A coordinator whose disk is full", .serialized)
struct LedgerDiskTests {
    /// Less than a ledger with its log: it is caught in the middle.
    private static let step = 24
    private static let ledgerFull = "no room for the ledger disk/out/ledger.sqlite"

    @Test(
        "asks to be tried again wherever the ledger or the plan had no room, resumed too; with room it goes on to the numbers of a calm run",
        .enabled(if: SmallDisk.isPossible, "mounting a disk of a size needs root"))
    func full() throws {
        try withSmallDisk { run, disk in
            let cluster = StartedCluster(run: run)
            // Both outlive their coordinators.
            let reducer = try cluster.reducer()
            let worker = try cluster.worker()
            try growUntilLedgerIsFull(disk) { try start(cluster).ended }
            // What the last one has let go of is not enough.
            try disk.fill()
            let resumed = try run.program("resume", "disk/out")
            #expect(resumed.status == 75 && resumed.errors.contains("no room for"), "\(resumed.errors)")
            try disk.resize(kilobytes: 16_000)
            let last = try run.program("resume", "disk/out")
            #expect(last.status == 0, "\(last.errors)")
            #expect(try run.result("disk/out") == run.result("calm"))
            #expect(reducer.end() == 0 && worker.end() == 0, "\(reducer.errors)\(worker.errors)")
        }
    }

    @Test(
        "and that has started workers of its own ends them with it, and asks to be tried again",
        .enabled(if: SmallDisk.isPossible, "mounting a disk of a size needs root"))
    func ownWorkers() throws {
        try withSmallDisk { run, disk in
            let arguments = ["run", "run.yaml", "--output", "disk/out", "--workers", "1", "--threads", "1"]
            try growUntilLedgerIsFull(disk) {
                let outcome = try BuiltProgram.run(arguments, in: run.folder)
                return (outcome.status, outcome.errors)
            }
            try disk.resize(kilobytes: 16_000)
            let last = try BuiltProgram.run(arguments, in: run.folder)
            #expect(last.status == 0, "\(last.errors)")
            #expect(try run.result("disk/out") == run.result("calm"))
        }
    }

    private func withSmallDisk(_ body: (TinyRun, SmallDisk) throws -> Void) throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let mount = run.folder.appendingPathComponent("disk")
            try FileManager.default.createDirectory(at: mount, withIntermediateDirectories: true)
            try SmallDisk.with(at: mount) { try body(run, $0) }
        }
    }

    /// Room for the plan comes first, then for a part of the ledger: each attempt without room for all of it ends with 75 and says what lacks
    /// room.
    private func growUntilLedgerIsFull(_ disk: SmallDisk, _ attempt: () throws -> (status: Int32, errors: String)) throws {
        var words: Set<String> = []
        for kilobytes in stride(from: 32, to: 2_000, by: Self.step) where !words.contains(Self.ledgerFull) {
            try disk.resize(kilobytes: kilobytes)
            let (status, errors) = try attempt()
            #expect(status == 75, "\(kilobytes) kB: \(errors)")
            #expect(errors.contains("make room on that disk"), "\(kilobytes) kB: \(errors)")
            let found = [Self.ledgerFull, "no room for disk/out"].filter { errors.contains($0) }
            try #require(found.count == 1, "\(kilobytes) kB: \(errors)")
            words.formUnion(found)
        }
        #expect(words.count == 2)
    }

    private func start(_ cluster: StartedCluster) throws -> StartedProgram {
        // Who is lost with a coordinator is not lost because of a task.
        let options = ["--output", "disk/out"] + CoordinatorOptions.keepsTasks
        return try StartedProgram(
            "coordinator", ["coordinator", "run.yaml", "--listen", cluster.endpoint, "--insecure"] + options, in: cluster.run.folder)
    }
}

extension StartedProgram {
    /// How it ends, and what it has printed.
    fileprivate var ended: (status: Int32, errors: String) {
        let status = end()
        return (status, errors)
    }
}
