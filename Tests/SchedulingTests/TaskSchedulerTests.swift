import Scheduling
import Storage
import Testing

@Suite("The scheduler")
struct TaskSchedulerTests {
    private let offer = WorkerOffer(host: "h", process: 1, memory: 1 << 30, threads: 2, bundles: [[0, 1]])
    private let digest = Digest(of: [1])

    private func at(_ milliseconds: Int64) -> SchedulerTime { SchedulerTime(milliseconds: milliseconds) }

    /// A scheduler with workers that have asked for a lease.
    private func scheduler(shards: Int = 2, workers: [String] = ["w"], policy: SchedulerPolicy = SchedulerPolicy()) -> TaskScheduler {
        var scheduler = TaskScheduler(shards: Array(0..<shards), groups: 2, policy: policy, epoch: 1)
        for name in workers {
            _ = scheduler.handle(.workerJoined(WorkerID(name), offer), at: .zero)
        }
        return scheduler
    }

    private func grants(_ actions: [SchedulerAction]) -> [(Lease, WorkerID)] {
        actions.compactMap { if case .grant(let lease, let worker) = $0 { (lease, worker) } else { nil } }
    }

    private func fail(_ scheduler: inout TaskScheduler, _ lease: Lease, on worker: String, at now: SchedulerTime) -> [SchedulerAction] {
        lease.tasks.flatMap { task in
            let failure = TaskFailure(kind: .error, worker: WorkerID(worker), host: "h", reason: "no luck")
            return scheduler.handle(.taskFailed(lease.id, task, failure), at: now)
        }
    }

    @Test("a lease carries one shard and all block groups that fit together, in plan order")
    func bundles() throws {
        var scheduler = scheduler()
        let first = grants(scheduler.handle(.workerReady(WorkerID("w"), leases: 2), at: .zero))
        #expect(first.map(\.0.shard) == [0, 1])
        #expect(first.allSatisfy { $0.0.groups == [0, 1] })
        #expect(scheduler.handle(.workerReady(WorkerID("w"), leases: 2), at: .zero).isEmpty)
        let small = WorkerOffer(host: "h", process: 2, memory: 1, threads: 1, bundles: [[1]])
        var other = self.scheduler(workers: [])
        _ = other.handle(.workerJoined(WorkerID("s"), small), at: .zero)
        #expect(grants(other.handle(.workerReady(WorkerID("s"), leases: 1), at: .zero)).map(\.0.groups) == [[1]])
        #expect(other.explanation(of: TaskID(shard: 0, group: 0), at: .zero)?.reason == .noWorkerLargeEnough(largest: 1))
        #expect(other.explanation(of: TaskID(shard: 1, group: 1), at: .zero)?.reason == .workersBusy(1))
    }

    @Test("a run is complete once every task is done and the reducers lack nothing")
    func complete() throws {
        var scheduler = scheduler()
        var actions: [SchedulerAction] = []
        for (lease, worker) in grants(scheduler.handle(.workerReady(WorkerID("w"), leases: 2), at: .zero)) {
            for task in lease.tasks { actions = scheduler.handle(.taskDone(worker, lease.id, task, digest), at: at(5)) }
        }
        #expect(actions.contains(.compareWithPlan))
        #expect(scheduler.leases.isEmpty)
        let lost = TaskID(shard: 1, group: 0)
        let again = scheduler.handle(.missing([lost]), at: at(6))
        #expect(grants(again).map(\.0.tasks) == [[lost]])
        let lease = try #require(grants(again).first?.0)
        #expect(scheduler.handle(.taskDone(WorkerID("w"), lease.id, lost, digest), at: at(7)).contains(.compareWithPlan))
        #expect(scheduler.handle(.nothingMissing, at: at(8)).last == .finish(.complete))
        #expect(scheduler.outcome == .complete)
    }

    @Test("a task that fails on three attempts is given up with its reasons, the rest goes on, and a retry gives it a new chance")
    func retries() throws {
        var policy = SchedulerPolicy()
        policy.backoff = 10
        var scheduler = scheduler(shards: 1, policy: policy)
        var now: Int64 = 0
        for attempt in 1...3 {
            now += 1_000
            let lease = try #require(grants(scheduler.handle(.workerReady(WorkerID("w"), leases: 1), at: at(now))).first?.0)
            _ = fail(&scheduler, lease, on: "w", at: at(now))
            let state = try #require(scheduler.state(of: TaskID(shard: 0, group: 1)))
            #expect(state.failures.count == attempt)
            #expect(state.phase == (attempt < 3 ? .waiting : .failed))
        }
        let end = scheduler.handle(.nothingMissing, at: at(now))
        #expect(end.last == .finish(.incomplete([TaskID(shard: 0, group: 0), TaskID(shard: 0, group: 1)])))
        #expect(
            scheduler.explanation(of: TaskID(shard: 0, group: 0), at: at(now))?.failures.map(\.reason)
                == Array(repeating: "no luck", count: 3))
        let again = scheduler.handle(.retry(nil), at: at(now + 100_000))
        #expect(grants(again).first?.0.groups == [0, 1])
        #expect(scheduler.outcome == nil)
    }

    @Test("a task that failed on one worker goes to another one, after a wait that doubles")
    func otherWorker() throws {
        var policy = SchedulerPolicy()
        policy.backoff = 100
        policy.retries = 10
        var scheduler = scheduler(shards: 1, workers: ["a", "b"], policy: policy)
        let lease = try #require(grants(scheduler.handle(.workerReady(WorkerID("a"), leases: 1), at: .zero)).first?.0)
        _ = fail(&scheduler, lease, on: "a", at: at(1))
        #expect(scheduler.explanation(of: TaskID(shard: 0, group: 0), at: at(1))?.reason == .backoff(milliseconds: 100))
        #expect(grants(scheduler.handle(.workerReady(WorkerID("a"), leases: 1), at: at(200))).isEmpty)
        let second = try #require(grants(scheduler.handle(.workerReady(WorkerID("b"), leases: 1), at: at(200))).first)
        #expect(second.1 == WorkerID("b"))
        _ = fail(&scheduler, second.0, on: "b", at: at(200))
        #expect(scheduler.explanation(of: TaskID(shard: 0, group: 0), at: at(200))?.reason == .backoff(milliseconds: 200))
    }

    @Test("a task with which two workers die is given up, and the reason names the signal and the last lines")
    func deaths() throws {
        var scheduler = scheduler(shards: 1, workers: ["a", "b"])
        for (name, now) in [("a", Int64(0)), ("b", 100_000)] {
            _ = scheduler.handle(.workerJoined(WorkerID(name), offer), at: at(now))
            #expect(grants(scheduler.handle(.workerReady(WorkerID(name), leases: 1), at: at(now))).count == 1)
            _ = scheduler.handle(.workerDied(WorkerID(name), reason: "signal 9", log: ["loading model b"]), at: at(now + 1))
        }
        let state = try #require(scheduler.state(of: TaskID(shard: 0, group: 0)))
        #expect(state.phase == .failed)
        #expect(state.failures.map(\.kind) == [.death, .death])
        #expect(state.failures.last?.log == ["loading model b"])
        #expect(scheduler.workers.isEmpty)
    }

    @Test("a worker that is lost leaves the lines that it has sent, and behind them what it printed and had not sent")
    func lastLines() throws {
        var scheduler = scheduler(shards: 1)
        let (id, task) = (WorkerID("w"), TaskID(shard: 0, group: 0))
        let lease = try #require(grants(scheduler.handle(.workerReady(id, leases: 1), at: .zero)).first?.0)
        let sent = ["info: loading model b", "warning: little memory"]
        _ = scheduler.handle(.heartbeat(id, leases: [lease.id], computing: lease.id, log: sent), at: at(1))
        let printed = ["2026-01-01T00:00:00Z warning worker: little memory", "killed: out of memory"]
        _ = scheduler.handle(.workerDied(id, reason: "signal 9", log: printed), at: at(2))
        let failure = try #require(scheduler.state(of: task)?.failures.first)
        #expect(failure.log == sent + ["killed: out of memory"] && failure.lastLines == failure.log)
    }

    @Test("of a worker that is lost before it has sent a line it is said where its log is, of a failure that has none by nature nothing")
    func noLines() throws {
        func failure(_ kind: TaskFailure.Kind) -> TaskFailure { TaskFailure(kind: kind, worker: WorkerID("w"), host: "node7", reason: "x") }
        for kind in [TaskFailure.Kind.death, .silence] {
            #expect(failure(kind).lastLines.count == 1 && failure(kind).lastLines[0].contains("standard error on node7"))
        }
        for kind in [TaskFailure.Kind.error, .disagreement, .vanished] { #expect(failure(kind).lastLines.isEmpty) }
    }

    @Test("a worker is at the lease that it says it computes, and before it has said so at its oldest")
    func leaseOfWorker() throws {
        var scheduler = scheduler()
        let id = WorkerID("w")
        #expect(scheduler.lease(of: id) == nil && scheduler.lease(of: WorkerID("x")) == nil)
        let leases = grants(scheduler.handle(.workerReady(id, leases: 2), at: at(3))).map(\.0)
        try #require(leases.count == 2)
        #expect(scheduler.lease(of: id)?.lease == leases[0] && scheduler.lease(of: id)?.granted == at(3))
        _ = scheduler.handle(.heartbeat(id, leases: leases.map(\.id), computing: leases[1].id), at: at(4))
        #expect(scheduler.lease(of: id)?.lease == leases[1])
        // What it holds for reducers it is still at, though it computes nothing.
        _ = scheduler.handle(.heartbeat(id, leases: leases.map(\.id)), at: at(5))
        #expect(scheduler.lease(of: id)?.lease == leases[0])
        for task in leases[0].tasks { _ = scheduler.handle(.taskDone(id, leases[0].id, task, digest), at: at(6)) }
        #expect(scheduler.lease(of: id)?.lease == leases[1])
    }

    @Test("the leases of a silent worker go to others; when it comes back, its silence is no failure and its result counts")
    func silence() throws {
        var scheduler = scheduler(shards: 1, workers: ["a", "b"])
        let lease = try #require(grants(scheduler.handle(.workerReady(WorkerID("a"), leases: 1), at: .zero)).first?.0)
        let task = TaskID(shard: 0, group: 0)
        for second in 1...40 {
            _ = scheduler.handle(.heartbeat(WorkerID("b"), leases: []), at: at(Int64(second) * 1_000))
            _ = scheduler.handle(.tick, at: at(Int64(second) * 1_000))
        }
        #expect(scheduler.state(of: task)?.failures.map(\.kind) == [.silence])
        #expect(scheduler.workers[WorkerID("a")]?.isLost == true)
        #expect(grants(scheduler.handle(.workerReady(WorkerID("b"), leases: 1), at: at(45_000))).count == 1)
        let back = scheduler.handle(.taskDone(WorkerID("a"), lease.id, task, digest), at: at(46_000))
        #expect(scheduler.state(of: task)?.phase == .done)
        #expect(scheduler.state(of: task)?.failures == [])
        #expect(back.contains(.record(.workerBack(worker: WorkerID("a")))))
    }

    @Test("the last straggler is copied to an idle worker, and whoever is later is told to stop")
    func speculation() throws {
        var policy = SchedulerPolicy()
        policy.speculationSample = 1
        policy.leaseTimeout = 1_000_000
        var scheduler = scheduler(shards: 2, workers: ["a", "b"], policy: policy)
        let slow = try #require(grants(scheduler.handle(.workerReady(WorkerID("a"), leases: 1), at: .zero)).first?.0)
        let quick = try #require(grants(scheduler.handle(.workerReady(WorkerID("b"), leases: 1), at: .zero)).first?.0)
        for task in quick.tasks { #expect(grants(scheduler.handle(.taskDone(WorkerID("b"), quick.id, task, digest), at: at(100))).isEmpty) }
        #expect(grants(scheduler.handle(.tick, at: at(120))).isEmpty)
        let (copy, worker) = try #require(grants(scheduler.handle(.tick, at: at(1_000))).first)
        #expect(worker == WorkerID("b") && copy.purpose == .speculation && copy.tasks == slow.tasks)
        var actions: [SchedulerAction] = []
        for task in copy.tasks { actions += scheduler.handle(.taskDone(worker, copy.id, task, digest), at: at(1_100)) }
        #expect(actions.contains(.revoke(slow.id, from: WorkerID("a"))))
        #expect(scheduler.leases.isEmpty)
    }

    @Test("an audited task is done when two workers agree; where they differ a third decides and the wrong numbers are discarded")
    func audits() throws {
        var policy = SchedulerPolicy()
        policy.audit = 1
        let one = WorkerOffer(host: "h", process: 1, memory: 1, threads: 1, bundles: [[0]])
        var scheduler = TaskScheduler(shards: [0], groups: 1, policy: policy, epoch: 1)
        let task = TaskID(shard: 0, group: 0)
        let wrong = Digest(of: [2])
        for (name, digest) in [("a", digest), ("b", wrong), ("c", digest)] {
            let worker = WorkerID(name)
            _ = scheduler.handle(.workerJoined(worker, one), at: .zero)
            let lease = try #require(grants(scheduler.handle(.workerReady(worker, leases: 1), at: .zero)).first?.0)
            #expect(lease.purpose == (name == "a" ? .work : .audit))
            let actions = scheduler.handle(.taskDone(worker, lease.id, task, digest), at: at(1))
            #expect(scheduler.state(of: task)?.phase == (name == "c" ? .done : .auditing))
            #expect(actions.contains(.release(task, digest)) == (name == "c"))
            #expect(actions.contains(.discard(task, wrong, from: WorkerID("b"))) == (name == "c"))
        }
        #expect(scheduler.verdicts == [.discard(task, wrong, from: WorkerID("b")), .release(task, digest)])
        #expect(scheduler.state(of: task)?.failures.map(\.kind) == [.disagreement])
    }

    @Test("an audit for which no second worker comes is skipped, not waited for")
    func stalledAudit() throws {
        var policy = SchedulerPolicy()
        policy.audit = 1
        policy.leaseTimeout = 1_000_000
        var scheduler = scheduler(shards: 1, policy: policy)
        let lease = try #require(grants(scheduler.handle(.workerReady(WorkerID("w"), leases: 1), at: .zero)).first?.0)
        for task in lease.tasks { _ = scheduler.handle(.taskDone(WorkerID("w"), lease.id, task, digest), at: at(1)) }
        #expect(scheduler.explanation(of: lease.tasks[0], at: at(1))?.reason == .needsSecondWorker)
        _ = scheduler.handle(.tick, at: at(2))
        let actions = scheduler.handle(.tick, at: at(policy.auditPatience + 10))
        #expect(actions.contains(.record(.auditSkipped(task: lease.tasks[0]))))
        #expect(actions.contains(.compareWithPlan))
    }

    @Test("a draining worker gets nothing more, and what it returns goes to another without counting as a failure")
    func drain() throws {
        var scheduler = scheduler(shards: 1, workers: ["a", "b"])
        let lease = try #require(grants(scheduler.handle(.workerReady(WorkerID("a"), leases: 1), at: .zero)).first?.0)
        _ = scheduler.handle(.workerDraining(WorkerID("a")), at: .zero)
        #expect(grants(scheduler.handle(.leaseReturned(WorkerID("a"), lease.id), at: .zero)).isEmpty)
        #expect(scheduler.state(of: lease.tasks[0])?.failures == [])
        #expect(grants(scheduler.handle(.workerReady(WorkerID("b"), leases: 1), at: .zero)).first?.1 == WorkerID("b"))
    }

    @Test("cancelling takes every lease back and ends the run")
    func cancel() throws {
        var scheduler = scheduler()
        let lease = try #require(grants(scheduler.handle(.workerReady(WorkerID("w"), leases: 1), at: .zero)).first?.0)
        let actions = scheduler.handle(.cancel, at: at(1))
        #expect(actions.contains(.revoke(lease.id, from: WorkerID("w"))))
        #expect(actions.last == .finish(.cancelled))
        #expect(grants(scheduler.handle(.workerReady(WorkerID("w"), leases: 3), at: at(2))).isEmpty)
    }

    @Test("what was lost with a reducer is computed again and is nobody's failure, and the ledger tells so")
    func reducerLost() throws {
        var scheduler = scheduler()
        var ledger: [SchedulerRecord] = [.workerJoined(worker: WorkerID("w"), offer: offer)]
        func happen(_ event: SchedulerEvent, at now: Int64) -> [SchedulerAction] {
            let actions = scheduler.handle(event, at: at(now))
            ledger += actions.compactMap { if case .record(let record) = $0 { record } else { nil } }
            return actions
        }
        let leases = grants(happen(.workerReady(WorkerID("w"), leases: 2), at: 1)).map(\.0)
        let done = try #require(leases.first)
        for task in done.tasks { _ = happen(.taskDone(WorkerID("w"), done.id, task, digest), at: 2) }
        let (lost, kept) = (done.tasks[0], done.tasks[1])
        let again = happen(.reducerLost(1, scheduler.taskIDs.filter { $0.group == lost.group }), at: 3)
        #expect(again.contains(.record(.reducerReassigned(reducer: 1))))
        #expect(grants(again).map(\.0.tasks) == [[lost]])
        #expect(scheduler.state(of: kept)?.phase == .done)
        #expect(scheduler.state(of: lost)?.failures == [])
        #expect(scheduler.workers[WorkerID("w")]?.failures == 0)
        var restored = TaskScheduler(shards: [0, 1], groups: 2, policy: SchedulerPolicy(), epoch: 2)
        for record in ledger { restored.apply(record, at: .zero) }
        for task in scheduler.taskIDs { #expect(restored.state(of: task)?.phase == scheduler.state(of: task)?.phase) }
    }
}
