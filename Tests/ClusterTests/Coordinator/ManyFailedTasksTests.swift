import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("Thousands of failed tasks", .serialized)
struct ManyFailedTasksTests {
    private let folder: TemporaryFolder
    private let tiny: TinyPlan
    private let context: MessageContext
    private let log = RecordedLog()

    init() throws {
        folder = try TemporaryFolder()
        tiny = try TinyPlan(in: folder, rows: 1_500, shardRows: 1)
        context = try MessageContext()
    }

    /// The coordinator of a run of which every task was given up before.
    private func coordinator(_ tasks: inout [TaskID]) throws -> Coordinator {
        let settings = CoordinatorSettings(
            endpoint: try Endpoint(ipc: folder.file("c")), security: .privateFolder, messages: context)
        tasks = TaskSections(tiny.run).order.flatMap { shard in
            tiny.plan.blockGroups.indices.map { TaskID(shard: shard, group: $0) }
        }.sorted()
        let ledger = try Ledger.open(of: tiny.run, rebuilding: false, logger: log.logger)
        let lines = (0..<20).map { line in "line \(line): " + String(repeating: "x", count: 100) }
        let records = tasks.enumerated().flatMap { number, task -> [SchedulerRecord] in
            let failure = TaskFailure(kind: .error, worker: WorkerID("w"), host: "h", reason: "task \(task) cannot be", log: lines)
            return [
                .attemptFailed(task: task, lease: LeaseID(epoch: 1, number: number), failure: failure), .taskFailed(task: task),
            ]
        }
        try ledger.append(records, at: .zero)
        let job = JobContext(team: ThreadTeam(count: 1), logger: log.logger)
        return try Coordinator(tiny.run, settings: settings, epoch: 2, in: context, context: job)
    }

    /// Has a coordinator work, and a reducer that holds nothing answer it, until something is so.
    private func works(_ coordinator: Coordinator, _ reducer: MessageSocket, until condition: () throws -> Bool) throws -> Bool {
        try coordinator.works {
            if try condition() { return true }
            while case .message(let message)? = try reducer.receive() {
                guard message.kind == .flush else { continue }
                let (body, payload) = try LongBody.frames(of: [SectionInventory]())
                let round = try message.body(as: FlushRequest.self).round
                try reducer.give(.inventory, Inventory(index: 0, round: round, bytes: body.bytes), payload)
            }
            return false
        }
    }

    /// The tasks of an outcome, ascending.
    private func failed(_ outcome: RunOutcome?) -> [TaskID] {
        if case .incomplete(let tasks)? = outcome { tasks.sorted() } else { [] }
    }

    @Test("are all in the status that people are shown, and in what workers and reducers are told at the end")
    func all() throws {
        var tasks: [TaskID] = []
        let coordinator = try coordinator(&tasks)
        #expect(tasks.count == 4_500)
        let (reducer, worker, person) = (
            try coordinator.peer("reducer"), try coordinator.peer("worker"), try coordinator.peer("person")
        )
        defer { withExtendedLifetime((reducer, worker, person)) {} }
        coordinator.schedule(.resumed)
        try coordinator.startComparison()
        try coordinator.perform()
        let id = WorkerID("worker")
        try reducer.give(
            .reducerHello,
            ReducerHello(
                name: "reducer", host: "h", process: 1, program: "", endpoint: try Endpoint("tcp://127.0.0.1:7401"), folder: "/store",
                store: nil))
        try worker.give(.workerHello, WorkerHello(worker: id, host: "h", process: 1, program: ""))
        #expect(try works(coordinator, reducer) { coordinator.outcome != nil && coordinator.workers[id] != nil })
        #expect(failed(coordinator.outcome) == tasks)

        try person.give(.statusRequest, StatusRequest())
        var status: ClusterStatus?
        #expect(
            try works(coordinator, reducer) {
                if case .message(let message)? = try person.receive(), message.kind == .status { status = try message.longBody() }
                return status != nil
            })
        let found = try #require(status)
        #expect(found.outcome == "incomplete" && found.tasks["failed"] == tasks.count)
        #expect(found.failed.map(\.task).sorted() == tasks.map(\.description).sorted())
        #expect(found.failed.allSatisfy { $0.failures.map(\.reason) == ["task \($0.task) cannot be"] })
        // Their logs would be a hundred times as much: the rest of them `explain` has.
        #expect(found.failed.map { $0.failures[0].log.count } == tasks.indices.map { $0 < 1_000 ? 20 : 0 })
        #expect(found.logsLeftOut == 3_500)
        // The ledger alone tells as much.
        let job = LedgerJob(folder: tiny.run.folder)
        let alone = try job.status()
        #expect(alone.failed.map(\.task) == found.failed.map(\.task) && alone.logsLeftOut == 3_500)
        #expect(alone.failed.map { $0.failures[0].log.count } == found.failed.map { $0.failures[0].log.count })
        let last = try #require(tasks.last)
        #expect(try job.explanation(of: last)?.failures.map(\.log.count) == [20])

        // Both say goodbye at once, so that nobody is waited for to the end.
        for peer in [reducer, worker] { try peer.give(.left, id) }
        #expect(try coordinator.sayFarewell())
        for peer in [reducer, worker] {
            var told: RunOutcome?
            while told == nil, let message = try nextMessage(peer) {
                if message.kind == .finished { told = try message.longBody() }
            }
            #expect(failed(told) == tasks)
        }
    }
}
