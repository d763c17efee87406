import Foundation
import Scheduling
import Storage
import Testing

@Suite("The scheduler's patience")
struct SchedulerPatienceTests {
    private let a = WorkerID("a")
    private let b = WorkerID("b")
    private let offer = WorkerOffer(host: "h", process: 1, memory: 1, threads: 1, bundles: [[0, 1]])

    private func at(_ milliseconds: Int64) -> SchedulerTime { SchedulerTime(milliseconds: milliseconds) }

    /// A scheduler, its workers, and the ledger that they left.
    private func scheduler(
        shards: Int = 2, workers: [WorkerID], leases: Int = 1
    ) -> (scheduler: TaskScheduler, records: [SchedulerRecord], granted: [(Lease, WorkerID)]) {
        var scheduler = TaskScheduler(shards: Array(0..<shards), groups: 2, policy: SchedulerPolicy(), epoch: 1)
        var actions: [SchedulerAction] = []
        for worker in workers {
            actions += scheduler.handle(.workerJoined(worker, offer), at: .zero)
            actions += scheduler.handle(.workerReady(worker, leases: leases), at: .zero)
        }
        let records = actions.compactMap { if case .record(let record) = $0 { record } else { nil } }
        return (scheduler, records, actions.compactMap { if case .grant(let lease, let worker) = $0 { (lease, worker) } else { nil } })
    }

    @Test("nobody is lost because the coordinator was restarted, or stopped")
    func absence() {
        var (scheduler, records, _) = scheduler(workers: [a, b])
        #expect(scheduler.handle(.tick, at: at(3_600_000)).isEmpty)
        var restored = TaskScheduler(shards: [0, 1, 2], groups: 2, policy: SchedulerPolicy(), epoch: 2)
        for record in records { restored.apply(record, at: .zero) }
        #expect(restored.handle(.resumed, at: at(3_600_000)).isEmpty)
        #expect(restored.handle(.heartbeat(a, leases: []), at: at(3_600_001)).isEmpty)
        #expect(restored.handle(.tick, at: at(3_600_002)).isEmpty)
        #expect(restored.workers.values.allSatisfy { !$0.isLost })
    }

    @Test("a worker that is heard while nothing is given is not lost, keeps what it has, and is given nothing")
    func heard() throws {
        let (_, records, granted) = scheduler(workers: [a, b])
        var restored = TaskScheduler(shards: [0, 1, 2], groups: 2, policy: SchedulerPolicy(), epoch: 2)
        for record in records { restored.apply(record, at: .zero) }
        _ = restored.handle(.resumed, at: at(1))
        for second in 1...120 {
            let now = at(Int64(second) * 1_000)
            #expect(restored.handle(.heard(a), at: now).isEmpty)
            let actions = restored.handle(.tick, at: now)
            #expect(!actions.contains { if case .grant = $0 { true } else { false } })
        }
        #expect(restored.workers[a]?.isLost == false && restored.workers[b]?.isLost == true)
        let lease = try #require(granted.first { $0.1 == a }?.0)
        #expect(restored.workers[a]?.leases == [lease.id])
        #expect(restored.handle(.heard(b), at: at(121_000)).contains(.record(.workerBack(worker: b))))
        #expect(restored.handle(.heard(WorkerID("c")), at: at(121_000)).isEmpty)
    }

    @Test("a lease that fails as a whole is one failure of its worker")
    func failures() throws {
        var (scheduler, _, granted) = scheduler(workers: [a])
        let lease = try #require(granted.first?.0)
        for task in lease.tasks {
            let failure = TaskFailure(kind: .error, worker: a, host: "h", reason: "no luck")
            _ = scheduler.handle(.taskFailed(lease.id, task, failure), at: at(1))
        }
        #expect(scheduler.workers[a]?.failuresInARow == 1)
        #expect(scheduler.workers[a]?.notBefore == .zero)
    }

    @Test("a lease that was given back goes to another worker, or rests before it comes back")
    func returned() throws {
        var (scheduler, _, granted) = scheduler(shards: 1, workers: [a])
        let lease = try #require(granted.first?.0)
        let actions = scheduler.handle(.leaseReturned(a, lease.id), at: at(1))
        #expect(actions == [.record(.leaseEnded(lease: lease.id, end: .returned, shard: 0))])
        #expect(scheduler.state(of: lease.tasks[0])?.failures == [])
        #expect(scheduler.explanation(of: lease.tasks[0], at: at(2))?.reason == .workersResting(1))
        #expect(scheduler.handle(.tick, at: at(1_000)).isEmpty)
        #expect(scheduler.handle(.tick, at: at(1_001)).count == 2)
    }

    @Test("where nobody hears the workers, neither what waits nor what runs is told of as if they were there")
    func notCoordinated() throws {
        var (scheduler, _, granted) = scheduler(workers: [a])
        let running = try #require(granted.first?.0.tasks.first)
        let waiting = try #require(scheduler.firstWaiting)
        func reason(_ task: TaskID, isCoordinated: Bool) -> TaskExplanation.Reason? {
            scheduler.explanation(of: task, at: at(1), isCoordinated: isCoordinated)?.reason
        }
        #expect(reason(running, isCoordinated: true) == nil && reason(waiting, isCoordinated: true) == .workersBusy(1))
        #expect(reason(running, isCoordinated: false) == .notCoordinated && reason(waiting, isCoordinated: false) == .notCoordinated)
        #expect(scheduler.explanation(of: waiting, at: at(1), awaiting: [0, 2])?.reason == .reducersAsked([0, 2]))
        #expect(scheduler.explanation(of: running, at: at(1), awaiting: [0, 2])?.reason == nil)
        _ = scheduler.handle(.cancel, at: at(2))
        #expect(scheduler.explanation(of: waiting, at: at(2), awaiting: [0])?.reason == .runEnded(.cancelled))
        #expect(reason(running, isCoordinated: false) == .runEnded(.cancelled))
        #expect(reason(waiting, isCoordinated: false)?.text.contains("was cancelled") == true)
    }

    @Test("a death is blamed on the lease that the worker computed")
    func blame() throws {
        var (scheduler, _, granted) = scheduler(workers: [a], leases: 2)
        _ = scheduler.handle(.heartbeat(a, leases: granted.map(\.0.id), computing: granted[1].0.id), at: at(1))
        _ = scheduler.handle(.workerDied(a, reason: "signal 9", log: []), at: at(2))
        #expect(granted[0].0.tasks.allSatisfy { scheduler.state(of: $0)?.failures.isEmpty == true })
        #expect(granted[1].0.tasks.allSatisfy { scheduler.state(of: $0)?.failures.map(\.kind) == [.death] })
    }

    @Test("a worker that falls silent leaves its last words with what it had, and that its exit is not known")
    func lastWords() throws {
        var (scheduler, _, granted) = scheduler(workers: [a])
        let lease = try #require(granted.first?.0)
        _ = scheduler.handle(.heartbeat(a, leases: [lease.id], computing: lease.id, log: ["info: hot"]), at: at(1))
        _ = scheduler.handle(.heartbeat(a, leases: [lease.id], computing: lease.id), at: at(2))
        for second in 1...SchedulerPolicy().leaseTimeout / 1_000 + 2 { _ = scheduler.handle(.tick, at: at(second * 1_000)) }
        let failure = try #require(scheduler.state(of: lease.tasks[0])?.failures.first)
        #expect(failure.kind == .silence && failure.host == "h" && failure.log == ["info: hot"])
        #expect(failure.reason.contains("exit is not known"))
    }

    @Test("a drained worker stays drained when the coordinator restarts; one that is lost for long is forgotten")
    func gone() {
        var (scheduler, records, _) = scheduler(workers: [a, b])
        let draining = scheduler.handle(.workerDraining(a), at: at(1))
        #expect(draining == [.record(.workerDraining(worker: a))])
        var restored = TaskScheduler(shards: [0, 1], groups: 2, policy: SchedulerPolicy(), epoch: 2)
        for record in records + [.workerDraining(worker: a)] { restored.apply(record, at: .zero) }
        #expect(restored.workers[a]?.isDraining == true)
        for second in 2...700 {
            _ = scheduler.handle(.heartbeat(b, leases: []), at: at(Int64(second) * 1_000))
            _ = scheduler.handle(.tick, at: at(Int64(second) * 1_000))
            if second == 60 { #expect(scheduler.workers[a]?.isLost == true) }
        }
        #expect(scheduler.workers.keys.sorted() == [b])
    }

    @Test("what no honest peer sends is not decoded, and long failures are cut")
    func decoding() throws {
        func decode<Value: Codable>(_ value: Value) throws -> Value {
            try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
        }
        #expect(throws: DecodingError.self) { try decode(WorkerID(String(repeating: "x", count: 201))) }
        #expect(throws: DecodingError.self) { try decode(WorkerOffer(host: "h", process: 1, memory: 1, threads: 1, bundles: [[0], [0]])) }
        #expect(throws: DecodingError.self) { try decode(WorkerOffer(host: "h", process: 1, memory: -1, threads: 1, bundles: [])) }
        let parcel = ParcelID(task: TaskID(shard: 0, group: 0), digest: Digest(of: []))
        for bytes in [-1, 1 << 40 + 1, Int.max] {
            let offer = ParcelOffer(parcel: parcel, worker: a, sections: [], bytes: bytes)
            #expect(throws: DecodingError.self) { try decode(offer) }
        }
        let long = TaskFailure(
            kind: .error, worker: a, host: "h", reason: String(repeating: "r", count: 9_999),
            log: (0..<99).map { "\($0)" + String(repeating: "l", count: 999) })
        let cut = try decode(long)
        #expect(cut.reason.count == 4_000 && cut.log.count == 50 && cut.log.last?.hasPrefix("98l") == true && cut.log.last?.count == 500)
        let old = #"{"leaseEnded":{"lease":{"epoch":1,"number":2},"end":"done"}}"#
        let ended = SchedulerRecord.leaseEnded(lease: LeaseID(epoch: 1, number: 2), end: .done)
        #expect(try JSONDecoder().decode(SchedulerRecord.self, from: Data(old.utf8)) == ended)
    }

    @Test("another salt draws another sample of the same size")
    func sample() {
        let tasks = (0..<10_000).map { TaskID(shard: $0, group: 0) }
        let plain = tasks.filter(AuditRule(share: 0.1).contains)
        let salted = tasks.filter(AuditRule(share: 0.1, salt: "s").contains)
        #expect(plain != salted)
        #expect((900...1_100).contains(plain.count) && (900...1_100).contains(salted.count))
    }
}
