import Analysis
import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Statistics
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("A run's ledger, read while no coordinator works")
struct LedgerJobTests {
    private static let workers = ["v", "w"].map { WorkerID($0) }

    private let tiny: TinyPlan
    private var folder: RunFolder { tiny.run.folder }

    init() throws { tiny = try TinyPlan(in: try TemporaryFolder()) }

    private var tasks: [TaskID] {
        tiny.run.shards.flatMap { shard in tiny.plan.blockGroups.indices.map { TaskID(shard: shard.index, group: $0) } }
    }

    /// A salt that draws other tasks than none does.
    private var salt: String {
        let plain = tasks.filter(AuditRule(share: 0.5).contains)
        return (0..<100).map { "salt \($0)" }.first { salt in
            !Set(plain).isSubset(of: tasks.filter(AuditRule(share: 0.5, salt: salt).contains))
        } ?? ""
    }

    /// Plays the run, half of whose tasks are audited, into its ledger.
    ///
    /// - Returns: the scheduler at the end.
    private func play() throws -> TaskScheduler {
        let launch = ClusterLaunch(workers: 2, reducers: 1, workerMemory: 1 << 30, audit: 0.5)
        try launch.write(in: folder)
        var policy = launch.policy
        policy.auditSalt = salt
        try JSONFile.write(AuditSalt(salt: salt), to: folder.path.appending(AuditSalt.fileName))
        let ledger = try Ledger(Ledger.path(in: folder), plan: Ledger.identity(of: tiny.plan), program: "test")
        let groups = tiny.plan.blockGroups.indices
        var scheduler = TaskScheduler(shards: tiny.run.shards.map(\.index), groups: groups.count, policy: policy, epoch: 1)
        let offer = WorkerOffer(host: "h", process: 7, memory: 1 << 30, threads: 2, bundles: [Array(groups)])
        var events = Self.workers.flatMap { [SchedulerEvent.workerJoined($0, offer), .workerReady($0, leases: 2)] }
        var time: Int64 = 0
        while !events.isEmpty {
            time += 10
            let now = SchedulerTime(milliseconds: time)
            let actions = scheduler.handle(events.removeFirst(), at: now)
            try ledger.append(actions.compactMap { if case .record(let record) = $0 { record } else { nil } }, at: now)
            for action in actions {
                switch action {
                case .grant(let lease, let worker):
                    events += lease.tasks.map { .taskDone(worker, lease.id, $0, Digest(of: "\($0)")) }
                case .compareWithPlan: events.append(.nothingMissing)
                default: break
                }
            }
        }
        return scheduler
    }

    @Test("says that all tasks are done when all are, whichever of them were audited")
    func audited() throws {
        let played = try play()
        let count = played.taskCount
        #expect(played.outcome == .complete && played.taskIDs.contains { played.state(of: $0)?.isAudited == true })
        let job = LedgerJob(folder: folder)
        let status = try job.status()
        #expect(try job.isComputed() && status.tokensDone == status.tokens && status.tasks["done"] == count)
        for task in played.taskIDs { #expect(try job.explanation(of: task)?.reason == nil) }
        let retried = try job.retry(nil)
        #expect(retried.tasks == 0 && retried.text == "0 tasks wait again\nno task has failed: \(count) done\n")
        let first = try #require(played.taskIDs.first)
        #expect(try job.retry([first, first]).text == "0 tasks wait again\n\(first) is done\n")
    }

    @Test("takes what is done for done where nobody can say which tasks were audited", arguments: ["missing", "damaged"])
    func saltLost(how: String) throws {
        let count = try play().taskCount
        let path = folder.path.appending(AuditSalt.fileName)
        try LocalFiles().remove(path)
        if how == "damaged" { try DurableFile.replace(path, with: "{") }
        let job = LedgerJob(folder: folder)
        let status = try job.status()
        #expect(try job.isComputed() && status.tokensDone == status.tokens && status.tasks["done"] == count)
    }

    /// Writes what happened to the run later.
    private func append(_ records: [SchedulerRecord]) throws {
        try Ledger(Ledger.path(in: folder), plan: Ledger.identity(of: tiny.plan), program: "test")
            .append(records, at: SchedulerTime(milliseconds: 1_000_000))
    }

    @Test("takes a run for computed that was gone on with and in which nothing was missing yet, and not where something was")
    func resumed() throws {
        let played = try play()
        try append([.resumed])
        #expect(try LedgerJob(folder: folder).isComputed())
        let task = try #require(played.taskIDs.first)
        try append([.taskReopened(task: task, reason: "test")])
        let status = try LedgerJob(folder: folder).status()
        #expect(status.outcome == "stopped" && status.waitingBecause == nil && status.tokensDone < status.tokens)
        #expect(try !LedgerJob(folder: folder).isComputed())
    }

    @Test("says of a task that is not done that nothing coordinates the run, unless somebody has it")
    func notCoordinated() throws {
        let task = try #require(try play().taskIDs.first)
        try append([.resumed, .taskReopened(task: task, reason: "test")])
        #expect(try LedgerJob(folder: folder).explanation(of: task)?.reason == .notCoordinated)
        let lock = try FolderLock(folder.path)
        try withExtendedLifetime(lock) {
            let owned = try LedgerJob(folder: folder).explanation(of: task)
            #expect(owned != nil && owned?.reason != .notCoordinated)
        }
    }

    @Test("says complete once the results are there and nobody works on it, and before that how they are made")
    func results() throws {
        _ = try play()
        let job = LedgerJob(folder: folder)
        let computed = try job.status()
        #expect(computed.outcome == "stopped" && computed.waitingBecause?.contains("`universal-neurons resume ") == true)
        #expect(try job.nothingRuns() == .noCoordinator(folder.path))
        let (context, store) = (JobContext(team: ThreadTeam(count: 1)), tiny.run.store)
        try store.create()
        for task in tiny.run.tasks {
            let output = tiny.folder.file("\(task.number).partial")
            _ = try MapTask(folder: folder, task: task.number, output: output, context: context).run()
            try store.fold([try PartialReader(output)], team: context.team)
        }
        #expect(try job.status().outcome == "stopped")
        _ = try AnalyzeRun(folder: folder, context: context).run()
        #expect(try job.status().outcome == "complete")
        #expect(try job.nothingRuns() == .nothingRuns(folder.path))
        let lock = try FolderLock(folder.path)
        try withExtendedLifetime(lock) {
            let owned = try job.status()
            #expect(owned.outcome == nil && owned.waitingBecause?.hasPrefix("process ") == true)
        }
    }

    @Test("says of statistics that lack what was given up, and nothing else, that they do")
    func givenUp() throws {
        let lost = try #require(try play().taskIDs.last)
        let (context, store) = (JobContext(team: ThreadTeam(count: 1)), tiny.run.store)
        try store.create()
        for task in tiny.run.tasks where TaskID(shard: task.shard.index, group: task.group) != lost {
            let output = tiny.folder.file("\(task.number).partial")
            _ = try MapTask(folder: folder, task: task.number, output: output, context: context).run()
            try store.fold([try PartialReader(output)], team: context.team)
        }
        func refusal() -> (any Error)? {
            return #expect(throws: (any Error).self) {
                try GivenUpTasks.named(in: folder) { try AnalyzeRun(folder: folder, context: context).run() }
            }
        }
        // The ledger has it as done.
        guard case .incomplete? = refusal() as? PipelineError else {
            Issue.record("it is said to be given up")
            return
        }
        try append([.taskReopened(task: lost, reason: "test"), .taskFailed(task: lost)])
        let expected = ClusterError.tasksGivenUp(count: 1, run: folder.path)
        #expect(refusal() as? ClusterError == expected && expected.exitStatus == .dataError)
        #expect(expected.remedy.contains("--incomplete") && expected.remedy.contains("retry \(folder.path) --failed`"))
        // Matches of what is there can be asked for, and are fitted by all statistics.
        _ = try AnalyzeRun(folder: folder, extent: .incomplete, context: context).run()
        let request = SubstitutionRequest(neurons: [NeuronPlace(layer: 0, neuron: 0)])
        #expect(throws: expected) {
            try GivenUpTasks.named(in: folder) {
                try NeuronMatches(folder: folder, plan: tiny.plan, context: context).question(request)
            }
        }
        // It was gathered from reducers elsewhere.
        try DurableFile.replace(folder.reducerClaims, with: "{}")
        #expect(refusal() as? ClusterError == expected)
        // More is missing than was given up.
        let key = try #require(tiny.plan.sections(in: tiny.run.layout).first { $0.kind == .block })
        try LocalFiles().remove(store.path(of: key))
        guard case .partlyElsewhere? = refusal() as? PipelineError else {
            Issue.record("all of it is said to be given up")
            return
        }
    }

    @Test("shows the stores of the reducers that had a part")
    func stores() throws {
        _ = try play()
        #expect(try LedgerJob(folder: folder).status().reducers.isEmpty)
        var plan = tiny.plan
        plan.reducers = TinyPlan.owners
        try plan.write(to: folder.plan)
        var registry = try ReducerRegistry([0, 1], plan: plan.identity, path: folder.reducerClaims)
        let hello = ReducerHello(
            name: "r", host: "node7", process: 1, program: "test", endpoint: try Endpoint("tcp://127.0.0.1:7500"), folder: "/scratch/r",
            store: nil)
        let identity = try #require(RoutingIdentity(named: hello.name))
        _ = try registry.admit(hello, from: identity, key: nil, at: .zero, patience: 1_000)
        let reducers = try LedgerJob(folder: folder).status().reducers
        #expect(reducers.map(\.store) == ["node7:/scratch/r"] && reducers.map(\.groups) == [2] && reducers[0].host == nil)
        let heartbeat = ReducerHeartbeat(
            index: 0, stagedParcels: 0, stagedBytes: 0, bytesInFlight: 0, offersWaiting: 0, parcelsFolding: 0, folded: 24,
            receivedBytes: 5_000, pausedBecause: nil)
        registry.hear(0, heartbeat, at: .zero)
        try registry.keepIntakes()
        let kept = try LedgerJob(folder: folder).status().reducers
        #expect(kept.map(\.folded) == [24] && kept.map(\.receivedBytes) == [5_000])
    }

    @Test("loses all that was done with a reducer, audited or not")
    func reducerLost() throws {
        let played = try play()
        var (scheduler, time) = try LedgerJob(folder: folder).scheduler()
        _ = scheduler.handle(.reducerLost(0, played.taskIDs), at: time)
        #expect(scheduler.count(of: .done) == 0 && scheduler.count(of: .auditing) == 0)
        #expect(scheduler.count(of: .waiting) == played.taskCount)
    }

    @Test("says nothing of a run that one process has gone on with, but what happened before; where reducers have the numbers it does")
    func goneOnAlone() throws {
        _ = try play()
        let job = LedgerJob(folder: folder)
        try ClusterLaunch.remove(in: folder)
        try tiny.run.store.create()
        let lock = try FolderLock(folder.path)
        try withExtendedLifetime(lock) {
            for ask in [{ _ = try job.status() }, { _ = try job.explanation(of: tasks[0]) }, { _ = try job.retry(nil) }] {
                let error = #expect(throws: ClusterError.self) { try ask() }
                guard case .ofOneProcess(folder.path, .goesOn)? = error else { throw try #require(error) }
            }
        }
        #expect(try !job.entries().isEmpty)
        try DurableFile.replace(folder.reducerClaims, with: "{}")
        #expect(try job.isComputed())
    }

    @Test("is none where no coordinator has had the run; what is said is how that stands")
    func lone() throws {
        func standing() throws -> LoneRun? {
            let error = #expect(throws: ClusterError.self) { try LedgerJob(folder: folder).status() }
            guard case .ofOneProcess(_, let run) = error else { return nil }
            return run
        }
        #expect(try standing() == .planned)
        var lock: FolderLock? = try FolderLock(folder.path)
        try withExtendedLifetime(lock) {
            guard case .goesOn(let process) = try standing() else {
                Issue.record("nobody works on it")
                return
            }
            #expect(process.hasPrefix("process "))
        }
        lock = nil
        let (context, store) = (JobContext(team: ThreadTeam(count: 1)), tiny.run.store)
        try store.create()
        let count = tiny.run.tasks.count
        for task in tiny.run.tasks {
            let output = tiny.folder.file("\(task.number).partial")
            _ = try MapTask(folder: folder, task: task.number, output: output, context: context).run()
            try store.fold([try PartialReader(output)], team: context.team)
            #expect(try standing() == .stopped(done: task.number + 1, tasks: count))
        }
        _ = try AnalyzeRun(folder: folder, context: context).run()
        #expect(try standing() == .complete)
        #expect(LoneRun.complete.remedy("r").contains("`intervene --listen`"))
        #expect(!LoneRun.complete.remedy("r").contains("Ctrl-C") && !LoneRun.planned.remedy("r").contains("Ctrl-C"))
    }
}
