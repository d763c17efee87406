import Scheduling
import Storage
import Testing

@Suite("Numbers in doubt")
struct SchedulerDoubtTests {
    private let right = Digest(of: [1])
    private let wrong = Digest(of: [2])
    private let task = TaskID(shard: 0, group: 0)
    private let a = WorkerID("a")
    private let b = WorkerID("b")
    private let c = WorkerID("c")

    private func at(_ milliseconds: Int64) -> SchedulerTime { SchedulerTime(milliseconds: milliseconds) }

    private func scheduler(shards: Int = 1, audit: Double = 0, retries: Int = 3) -> TaskScheduler {
        var policy = SchedulerPolicy()
        policy.audit = audit
        policy.retries = retries
        policy.backoff = 10
        return TaskScheduler(shards: Array(0..<shards), groups: 1, policy: policy, epoch: 1)
    }

    /// The lease that a worker has, or is given when it asks.
    private func ask(_ worker: WorkerID, of scheduler: inout TaskScheduler, at time: Int64 = 0) -> Lease? {
        let offer = WorkerOffer(host: "h", process: 1, memory: 1, threads: 1, bundles: [[0]])
        _ = scheduler.handle(.workerJoined(worker, offer), at: at(time))
        _ = scheduler.handle(.workerReady(worker, leases: 1), at: at(time))
        return scheduler.leases.values.first { $0.worker == worker }?.lease
    }

    /// A worker asks for a lease and does what is in it.
    private func work(
        _ worker: WorkerID, _ digest: Digest, in scheduler: inout TaskScheduler, at time: Int64 = 0
    ) throws -> [SchedulerAction] {
        let lease = try #require(ask(worker, of: &scheduler, at: time))
        return lease.tasks.flatMap { scheduler.handle(.taskDone(worker, lease.id, $0, digest), at: at(time)) }
    }

    @Test("an audit that fails again and again ends with the numbers that there are")
    func hopelessAudit() throws {
        var scheduler = scheduler(audit: 1)
        _ = try work(a, right, in: &scheduler)
        var actions: [SchedulerAction] = []
        for attempt in 1...3 {
            let time = Int64(attempt) * 1_000
            let lease = try #require(ask(b, of: &scheduler, at: time))
            #expect(lease.purpose == .audit)
            let failure = TaskFailure(kind: .error, worker: b, host: "h", reason: "no luck")
            actions = scheduler.handle(.taskFailed(lease.id, task, failure), at: at(time))
            #expect(ask(b, of: &scheduler, at: time) == nil)
        }
        #expect(actions.contains(.record(.auditSkipped(task: task))))
        #expect(actions.contains(.release(task, right)))
        #expect(scheduler.state(of: task)?.phase == .done)
    }

    @Test("where two differ and no third succeeds the task fails, and says why")
    func undecided() throws {
        var scheduler = scheduler(audit: 1, retries: 1)
        _ = try work(a, right, in: &scheduler)
        _ = try work(b, wrong, in: &scheduler)
        let lease = try #require(ask(c, of: &scheduler))
        _ = scheduler.handle(.taskFailed(lease.id, task, TaskFailure(kind: .error, worker: c, host: "h", reason: "")), at: at(1))
        #expect(scheduler.state(of: task)?.phase == .failed)
        #expect(scheduler.explanation(of: task, at: at(1))?.reason == .undecided(workers: 2))
        // What the last attempt failed for is not what was in the way.
        let why = scheduler.explanation(of: task, at: at(1))?.whyGivenUp
        #expect(why == "2 workers computed different numbers of it, and nobody could decide")
        _ = scheduler.handle(.retry(nil), at: at(2))
        #expect(scheduler.state(of: task)?.results.count == 2)
        _ = try work(WorkerID("d"), right, in: &scheduler, at: 3)
        #expect(scheduler.state(of: task)?.digest == right)
    }

    @Test("what a reducer says puts a task in doubt; a third worker decides, and the folded numbers are emptied")
    func contradiction() throws {
        var scheduler = scheduler(shards: 3)
        _ = try work(a, wrong, in: &scheduler)
        _ = try work(a, right, in: &scheduler)
        let event = SchedulerEvent.contradicted(task, held: a, offered: b, right)
        #expect(!scheduler.handle(event, at: at(1)).isEmpty)
        #expect(scheduler.state(of: task)?.phase == .auditing)
        #expect(scheduler.handle(event, at: at(1)).isEmpty)
        let actions = try work(c, right, in: &scheduler, at: 2)
        #expect(actions.contains(.discard(task, wrong, from: a)) && actions.contains(.release(task, right)))
        #expect(scheduler.distrusted == [a])
        // What it alone has computed is in doubt as well.
        #expect(scheduler.state(of: TaskID(shard: 1, group: 0))?.phase == .auditing)
        #expect(ask(a, of: &scheduler, at: 3) == nil)
        #expect(scheduler.handle(event, at: at(4)).isEmpty)
    }

    @Test("folded numbers of a worker that never reported them are found by its name")
    func unreported() throws {
        var scheduler = scheduler()
        _ = scheduler.handle(.contradicted(task, held: a, offered: b, right), at: at(1))
        let actions = try work(c, right, in: &scheduler, at: 2)
        #expect(scheduler.state(of: task)?.phase == .done)
        #expect(actions.contains { if case .discard(task, _, from: a) = $0 { true } else { false } })
        #expect(scheduler.verdicts.count == 2)
    }

    @Test("sections of several workers that do not fit together blame nobody: a reducer that compares them with new ones does")
    func mixed() throws {
        var scheduler = scheduler(audit: 1)
        _ = try work(a, right, in: &scheduler)
        _ = try work(c, right, in: &scheduler)
        _ = scheduler.handle(.nothingMissing, at: at(1))
        _ = scheduler.handle(.resumed, at: at(1))
        // The last section is an honest worker's.
        #expect(scheduler.handle(.held(task, by: [a, b], right), at: at(2)).isEmpty)
        let actions = scheduler.handle(.held(task, by: [a, b], Digest(of: [3])), at: at(2))
        #expect(actions.contains { if case .record(.taskReopened(task, _)) = $0 { true } else { false } })
        #expect(scheduler.distrusted.isEmpty && scheduler.state(of: task)?.isSettled == false)
        #expect(scheduler.handle(.nothingMissing, at: at(2)).isEmpty && scheduler.outcome == nil)
        _ = scheduler.handle(.contradicted(task, held: b, offered: c, right), at: at(3))
        #expect(scheduler.distrusted == [b] && scheduler.state(of: task)?.phase == .done)
        #expect(scheduler.verdicts.contains { if case .discard(task, _, from: b) = $0 { true } else { false } })
    }

    @Test("sections of several workers do not make a task done of which no ledger says so: their digest may be nobody's")
    func mixedWithoutLedger() throws {
        var scheduler = scheduler()
        #expect(scheduler.handle(.held(task, by: [a, b], wrong), at: at(1)).isEmpty)
        #expect(scheduler.state(of: task)?.results.isEmpty == true)
        _ = try work(c, right, in: &scheduler, at: 2)
        #expect(scheduler.state(of: task)?.digest == right)
    }

    @Test("sections that do not fit together do not count in an answer older than what was found wrong: it is asked for again")
    func mixedBefore() throws {
        var scheduler = scheduler()
        _ = try work(a, right, in: &scheduler)
        _ = scheduler.handle(.contradicted(task, held: b, offered: a, right), at: at(1))
        #expect(try work(c, right, in: &scheduler, at: 1).contains(.record(.workerDistrusted(worker: b, task: task))))
        #expect(scheduler.handle(.held(task, by: [a, b], wrong), at: at(2)).isEmpty)
        #expect(scheduler.handle(.nothingMissing, at: at(2)) == [.compareWithPlan])
        // The next answer counts.
        #expect(!scheduler.handle(.held(task, by: [a, b], wrong), at: at(3)).isEmpty)
        #expect(scheduler.distrusted == [b] && scheduler.state(of: task)?.isSettled == false)
    }

    @Test("a decision survives that the numbers have to be computed again")
    func reopened() throws {
        var scheduler = scheduler(audit: 1)
        _ = try work(a, right, in: &scheduler)
        _ = try work(b, wrong, in: &scheduler)
        _ = try work(c, right, in: &scheduler)
        _ = scheduler.handle(.missing([task]), at: at(1))
        // What was decided after the reducers had been asked asks them again.
        #expect(scheduler.state(of: task)?.phase == .running)
        let lease = try #require(scheduler.leases.values.first)
        let actions = scheduler.handle(.taskDone(lease.worker, lease.lease.id, task, right), at: at(2))
        #expect(scheduler.state(of: task)?.phase == .done)
        #expect(actions.contains(.discard(task, wrong, from: b)))
    }

    @Test("a task that is done and never with the reducers is given up")
    func vanishing() throws {
        var scheduler = scheduler()
        for round in 1...3 {
            let time = Int64(round) * 10
            if round == 1 {
                _ = try work(a, right, in: &scheduler, at: time)
            } else {
                let lease = try #require(scheduler.leases.values.first)
                _ = scheduler.handle(.taskDone(a, lease.lease.id, task, right), at: at(time))
            }
            let actions = scheduler.handle(.missing([task]), at: at(time + 1))
            #expect(actions.contains(.release(task, right)))
        }
        #expect(scheduler.state(of: task)?.phase == .failed)
        #expect(scheduler.explanation(of: task, at: at(100))?.reason == .vanished(3))
        #expect(scheduler.handle(.taskDone(WorkerID("stranger"), LeaseID(epoch: 1, number: 0), task, right), at: at(101)).isEmpty)
    }

    @Test("a cancelled run does not begin again because reducers answer late, and a finished one does not finish twice")
    func late() throws {
        var scheduler = scheduler()
        #expect(try work(a, right, in: &scheduler).contains(.compareWithPlan))
        _ = scheduler.handle(.cancel, at: at(1))
        #expect(scheduler.handle(.missing([task]), at: at(2)).isEmpty)
        #expect(scheduler.handle(.nothingMissing, at: at(2)).isEmpty)
        #expect(scheduler.handle(.resumed, at: at(3)).contains(.compareWithPlan))
        #expect(scheduler.handle(.nothingMissing, at: at(4)).last == .finish(.complete))
        #expect(scheduler.handle(.nothingMissing, at: at(5)).isEmpty)
    }

    @Test("a run that is complete can be cancelled, once, while its results are made, and is complete again when it goes on")
    func cancelledResults() throws {
        var scheduler = scheduler()
        _ = try work(a, right, in: &scheduler)
        #expect(scheduler.handle(.nothingMissing, at: at(1)).last == .finish(.complete))
        let actions = scheduler.handle(.cancel, at: at(2))
        #expect(actions == [.record(.finished(outcome: .cancelled)), .finish(.cancelled)])
        #expect(scheduler.handle(.cancel, at: at(3)).isEmpty)
        #expect(scheduler.state(of: task)?.phase == .done)
        #expect(scheduler.handle(.resumed, at: at(4)).contains(.compareWithPlan))
        #expect(scheduler.handle(.nothingMissing, at: at(5)).last == .finish(.complete))
    }
}
