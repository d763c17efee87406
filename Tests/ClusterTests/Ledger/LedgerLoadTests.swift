import Cluster
import Scheduling
import SmallRuns
import Testing

@Suite("Leases without a network")
struct LedgerLoadTests {
    @Test("are given as tasks are done, to the last task, and every record is in the ledger")
    func finish() throws {
        let folder = try TemporaryFolder()
        let path = folder.file(Ledger.fileName)
        var load = try LedgerLoad(tasks: 100, workers: 4, ledger: path)
        try load.finish(60, commit: 8)
        #expect(load.done == 60)
        // More than there are.
        try load.finish(100, commit: 64)
        #expect(load.done == 100)
        let done = try Ledger(reading: path).entries().count { if case .taskDone = $0.record { true } else { false } }
        #expect(done == 100)
    }
}
