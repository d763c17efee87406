import Foundation
import Scheduling
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Cluster

@Suite("The ledger")
struct LedgerTests {
    private let plan = Digest(of: [1])
    private let worker = WorkerID("w")
    private let offer = WorkerOffer(host: "h", process: 7, memory: 1 << 30, threads: 2, bundles: [[0, 1]])

    private func open(_ folder: TemporaryFolder, plan: Digest? = nil) throws -> Ledger {
        try Ledger(folder.file(Ledger.fileName), plan: plan ?? self.plan, program: "test")
    }

    /// Plays a little of a run, with every record going into a ledger.
    private func play(into ledger: Ledger) throws -> TaskScheduler {
        var scheduler = TaskScheduler(shards: [0, 1, 2], groups: 2, policy: SchedulerPolicy(), epoch: 1)
        var time: Int64 = 0
        func happen(_ event: SchedulerEvent) throws -> [SchedulerAction] {
            time += 10
            let now = SchedulerTime(milliseconds: time)
            let actions = scheduler.handle(event, at: now)
            try ledger.append(actions.compactMap { if case .record(let record) = $0 { record } else { nil } }, at: now)
            return actions
        }
        _ = try happen(.workerJoined(worker, offer))
        for action in try happen(.workerReady(worker, leases: 2)) {
            guard case .grant(let lease, _) = action else { continue }
            if lease.shard == 0 {
                for task in lease.tasks { _ = try happen(.taskDone(worker, lease.id, task, Digest(of: [UInt8(task.group)]))) }
            } else {
                let failure = TaskFailure(kind: .error, worker: worker, host: "h", reason: "disk \"full\"", log: ["one", "two\n"])
                _ = try happen(.taskFailed(lease.id, lease.tasks[0], failure))
            }
        }
        return scheduler
    }

    @Test("a scheduler that is given the entries of a ledger is the one that wrote them")
    func restore() throws {
        let folder = try TemporaryFolder()
        let scheduler = try play(into: try open(folder))
        let ledger = try open(folder)
        var restored = TaskScheduler(shards: [0, 1, 2], groups: 2, policy: SchedulerPolicy(), epoch: 1)
        for entry in try ledger.entries() { restored.apply(entry.record, at: entry.time) }
        #expect(restored.leases == scheduler.leases)
        for task in scheduler.taskIDs { #expect(restored.state(of: task) == scheduler.state(of: task)) }
        #expect(try ledger.lastTime() > .zero)
    }

    @Test("tasks that were given or taken twice are counted; a copy of one that takes too long is another's, and wanted")
    func repetitions() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let ledger = try open(folder)
        let (task, other) = (TaskID(shard: 0, group: 0), WorkerID("v"))
        func lease(_ number: Int, _ purpose: Lease.Purpose) -> Lease {
            Lease(id: LeaseID(epoch: 1, number: number), shard: 0, groups: [0, 1], purpose: purpose)
        }
        func append(_ record: SchedulerRecord) throws -> Int {
            try ledger.append([record], at: SchedulerTime(milliseconds: 1))
            return try ledger.repetitions()
        }
        #expect(try append(.leaseGranted(lease: lease(0, .work), worker: worker)) == 0)
        #expect(try append(.leaseGranted(lease: lease(1, .speculation), worker: other)) == 0)
        #expect(try append(.taskDone(task: task, worker: worker, digest: plan)) == 0)
        #expect(try append(.taskDone(task: task, worker: other, digest: plan)) == 0)
        #expect(try append(.taskDone(task: task, worker: worker, digest: plan)) == 1)
        #expect(try append(.leaseGranted(lease: lease(2, .work), worker: other)) == 3)
    }

    @Test("whoever reads leaves no file behind, and takes none away from one that writes")
    func readersLeaveNothing() throws {
        let folder = try TemporaryFolder()
        let path = folder.file(Ledger.fileName)
        _ = try play(into: try open(folder))
        #expect(folder.names == [Ledger.fileName])
        let count = try Ledger(reading: path).entries().count
        #expect(count > 0 && folder.names == [Ledger.fileName])
        // What a reader that was killed has left.
        for suffix in ["-wal", "-shm"] { _ = try folder.write(Ledger.fileName + suffix, Data()) }
        #expect(try Ledger(reading: path).entries().count == count && folder.names == [Ledger.fileName])
        let writer = try open(folder)
        _ = try Ledger(reading: path).entries()
        #expect(folder.names.contains("\(Ledger.fileName)-wal"))
        _ = try play(into: writer)
        #expect(try Ledger(reading: path).entries().count == 2 * count)
        withExtendedLifetime(writer) {}
    }

    @Test("entries are numbered without gaps, and can be asked for by task and from a number on")
    func entries() throws {
        let folder = try TemporaryFolder()
        let ledger = try open(folder)
        _ = try play(into: ledger)
        let all = try ledger.entries()
        #expect(all.map(\.number) == Array(1...Int64(all.count)))
        let task = TaskID(shard: 1, group: 0)
        // Its own entries, and the leases of its shard.
        let history = try ledger.entries(of: task)
        #expect(history.compactMap(\.record.task) == [task])
        #expect(history.count > 1 && history.allSatisfy { $0.record.shard == 1 })
        #expect(try ledger.entries(after: all[2].number).first?.number == 4)
    }

    @Test("a clock on the wall that jumps changes neither the order of entries nor the times that leases are counted by")
    func clockJumps() throws {
        let folder = try TemporaryFolder()
        let ledger = try open(folder)
        // A day back, a year ahead, and back again, as after a clock that was wrong is set.
        let start = Date(timeIntervalSince1970: 2_000_000_000)
        let dates = [0, -86_400, 31_536_000, 5].map { start.addingTimeInterval($0) }
        for (index, date) in dates.enumerated() {
            try ledger.append([.workerLeft(worker: WorkerID("w\(index)"))], at: SchedulerTime(milliseconds: Int64(index) * 10), date: date)
        }
        let entries = try ledger.entries()
        #expect(entries.map(\.record) == dates.indices.map { .workerLeft(worker: WorkerID("w\($0)")) })
        #expect(entries.map(\.time.milliseconds) == [0, 10, 20, 30])
        #expect(entries.map(\.date) == dates)
        // A coordinator that starts again goes on from the last entry's time, whatever its date.
        #expect(try ledger.lastTime() == SchedulerTime(milliseconds: 30))
        #expect(MonotonicClock(from: try ledger.lastTime()).now >= SchedulerTime(milliseconds: 30))
    }

    @Test("a commit waits for the disk")
    func durable() throws {
        #expect(try open(try TemporaryFolder()).synchronousMode == 2)
    }

    @Test("a reader sees what is written while the writer has it open, and cannot write")
    func reader() throws {
        let folder = try TemporaryFolder()
        #expect(throws: ClusterError.ledgerMissing(folder.file(Ledger.fileName))) { try Ledger(reading: folder.file(Ledger.fileName)) }
        let writer = try open(folder)
        let reader = try Ledger(reading: folder.file(Ledger.fileName))
        #expect(try reader.entries().isEmpty)
        try writer.append([.workerLeft(worker: worker)], at: .zero)
        #expect(try reader.entries().map(\.record) == [.workerLeft(worker: worker)])
        #expect(throws: ClusterError.self) { try reader.append([.workerLeft(worker: worker)], at: .zero) }
    }

    @Test("a ledger of another plan, of a newer program, or that is no ledger is refused, and stays as it is")
    func refused() throws {
        let folder = try TemporaryFolder()
        let path = folder.file(Ledger.fileName)
        _ = try open(folder)
        let other = Digest(of: [2])
        #expect(throws: ClusterError.ledgerOfOtherPlan(path, found: plan.hex, expected: other.hex)) { try open(folder, plan: other) }
        try sqlite(path, "INSERT INTO grdb_migrations VALUES ('99: later')")
        #expect(throws: ClusterError.ledgerIsNewer(path)) { try open(folder) }
        #expect(throws: ClusterError.ledgerIsNewer(path)) { try Ledger(reading: path) }
        let text = folder.file("text")
        try Data(repeating: 65, count: 5_000).write(to: URL(fileURLWithPath: text.string))
        #expect(throws: ClusterError.self) { try Ledger(text, plan: plan, program: "test") }
        #expect(try Data(contentsOf: URL(fileURLWithPath: text.string)) == Data(repeating: 65, count: 5_000))
    }

    @Test("a ledger that a newer program has written into is refused, also where an older one had begun it")
    func goneOnWith() throws {
        let folder = try TemporaryFolder()
        let path = folder.file(Ledger.fileName)
        let (version, records) = (SchedulerRecord.version, "SELECT records FROM run")
        _ = try open(folder)
        #expect(try RawDatabase(path).integer(records) == version)
        try sqlite(path, "UPDATE run SET records = \(version + 1)")
        #expect(throws: ClusterError.ledgerIsNewer(path)) { try open(folder) }
        #expect(throws: ClusterError.ledgerIsNewer(path)) { try Ledger(reading: path) }
        // Whoever only reads, or may not write, leaves the number as it is.
        try sqlite(path, "UPDATE run SET records = 1")
        _ = try Ledger(reading: path)
        #expect(throws: ClusterError.self) { try open(folder, plan: Digest(of: [2])) }
        #expect(try RawDatabase(path).integer(records) == 1)
        _ = try open(folder)
        #expect(try RawDatabase(path).integer(records) == version)
    }

    @Test("an entry that nobody can read is an error that names the file")
    func damaged() throws {
        let folder = try TemporaryFolder()
        let path = folder.file(Ledger.fileName)
        let ledger = try open(folder)
        try ledger.append([.workerLeft(worker: worker)], at: .zero)
        try sqlite(path, "UPDATE entry SET record = '{\"nonsense\": 1}'")
        #expect(throws: ClusterError.ledgerUnusable(path, problem: "an entry cannot be read")) { try ledger.entries() }
    }

    /// Runs a statement past the ledger.
    private func sqlite(_ path: FilePath, _ statement: String) throws {
        try RawDatabase(path).execute(statement)
    }
}
