import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Statistics
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("A coordinator that has everything computed, and waits for a reducer that is gone", .serialized)
struct CancelledResultsTests {
    private let folder: TemporaryFolder
    private let tiny: TinyPlan
    private let context: MessageContext
    /// Raised when nothing else ends the coordinator.
    private let stop = StopRequest()

    init() throws {
        folder = try TemporaryFolder()
        tiny = try TinyPlan(in: folder)
        context = try MessageContext()
    }

    /// A coordinator whose last task was just done.
    private func complete(gathering parts: GatheredParts? = nil) throws -> Coordinator {
        var settings = CoordinatorSettings(
            endpoint: try Endpoint(ipc: folder.file("c")), security: .privateFolder, messages: context)
        settings.gathers = parts
        let job = JobContext(team: ThreadTeam(count: 1), stop: stop)
        let coordinator = try Coordinator(tiny.run, settings: settings, epoch: 1, in: context, context: job)
        for task in coordinator.scheduler.taskIDs {
            coordinator.schedule(.held(task, by: [WorkerID("w")], Digest(of: "\(task)")))
        }
        coordinator.schedule(.nothingMissing)
        try coordinator.perform()
        try #require(coordinator.outcome == .complete)
        return coordinator
    }

    /// Has somebody cancel the run while a coordinator does something that does not end by itself.
    ///
    /// - Returns: what it gives.
    private func cancelled(_ coordinator: Coordinator, during body: () throws -> Bool) throws -> Bool {
        let person = try coordinator.peer("person")
        try person.give(.control, ControlOrder(.cancel))
        let hasEnded = StopRequest()
        defer { hasEnded.raise() }
        _ = OwnThread { [stop] in
            if !eventually({ hasEnded.isRaised }) { stop.raise() }
        }
        let result = try body()
        let message = try #require(try nextMessage(person))
        #expect(message.kind == .controlReply)
        let reply: ControlReply = try message.longBody()
        #expect(reply.tasks == 0 && reply.refusal == nil)
        return result
    }

    private var records: [SchedulerRecord] {
        get throws { try Ledger(reading: Ledger.path(in: tiny.run.folder)).entries().map(\.record) }
    }

    @Test("for findings is cancelled: the ledger says so, and what is done stays done")
    func summaries() throws {
        let coordinator = try complete()
        #expect(try !cancelled(coordinator) { try coordinator.summarise {} })
        #expect(coordinator.outcome == .cancelled && coordinator.status.outcome == "cancelled")
        #expect(try records.last == .finished(outcome: .cancelled))
        let status = try LedgerJob(folder: tiny.run.folder).status()
        #expect(status.outcome == "cancelled" && status.tasks["done"] == coordinator.scheduler.taskCount)
    }

    @Test("for what it gathers is cancelled: the run itself is complete, as before")
    func gathering() throws {
        let coordinator = try complete(gathering: .statistics)
        try tiny.run.store.create()
        let key = try #require(tiny.plan.sections(in: tiny.run.layout).first)
        let row = ShardRecord(shard: 0, checksum: Digest(of: [1]), worker: "w")
        coordinator.inventories = [0: [SectionInventory(key: key, shards: [row])]]
        #expect(try !cancelled(coordinator) { try coordinator.gather(.statistics) {} })
        #expect(coordinator.outcome == .cancelled)
        #expect(try records.last == .finished(outcome: .complete))
        #expect(try LedgerJob(folder: tiny.run.folder).isComputed())
    }

    @Test("calls the run complete once its results are made, and until then says what is done")
    func standing() throws {
        let coordinator = try complete()
        let before = coordinator.status
        #expect(before.outcome == nil && before.waitingBecause != nil && before.secondsLeft == nil)
        coordinator.areResultsMade = true
        let after = coordinator.status
        #expect(after.outcome == "complete" && after.waitingBecause == nil)
    }

    @Test("stays cancelled where the answer that it is complete comes in the same moment")
    func sameMoment() throws {
        let coordinator = try complete(gathering: .statistics)
        coordinator.outcome = nil
        coordinator.schedule(.resumed)
        coordinator.schedule(.nothingMissing)
        _ = try coordinator.control(.cancel)
        try coordinator.perform()
        #expect(coordinator.outcome == .cancelled)
    }
}
