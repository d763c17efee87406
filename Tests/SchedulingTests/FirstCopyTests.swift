import Scheduling
import Statistics
import Storage
import Testing

/// What happens where integers are not compared: `kernels: any`.
@Suite("The first of two copies with different integers")
struct FirstCopyTests {
    private let now = SchedulerTime.zero
    private let task = TaskID(shard: 0, group: 0)
    private let a = WorkerID("a")
    private let b = WorkerID("b")
    private let keys = (0..<2).map { SectionKey(kind: .block, index: $0, stratum: 0) }

    // MARK: - With a reducer

    /// A copy of the task, whose every checksum is the worker's own.
    private func offer(_ worker: WorkerID) -> ParcelOffer {
        let sections = keys.map { ParcelOffer.Section(key: $0, checksum: Digest(of: Array("\(worker.name) \($0.index)".utf8))) }
        return ParcelOffer(
            parcel: ParcelID(task: task, digest: Digest(of: Array(worker.name.utf8))), worker: worker, sections: sections, bytes: 100)
    }

    private func machine(folded: [SectionKey: [Int: FoldedShard]] = [:], staged: [ParcelOffer] = []) -> ReducerMachine {
        ReducerMachine(policy: ReducerPolicy(), comparesIntegers: false, folded: folded, staged: staged)
    }

    /// The row of a section in a reducer's table.
    private func row(_ worker: WorkerID, _ section: Int) -> FoldedShard {
        FoldedShard(checksum: offer(worker).sections[section].checksum, worker: worker)
    }

    @Test("is staged and stands, the other is acknowledged and not sent, before the fold and after it")
    func stands() {
        var machine = machine()
        let (first, late) = (offer(a), offer(b))
        #expect(machine.handle(.offered(first), at: now) == [.invite(first.parcel, from: a)])
        #expect(machine.handle(.arrived(first.parcel, from: a), at: now) == [.stage(first.parcel)])
        #expect(machine.handle(.staged(first.parcel), at: now) == [.forget(first.parcel), .acknowledge(first.parcel, to: a)])
        let passedOver: [ReducerAction] = [.passOver(late.parcel, from: b), .acknowledge(late.parcel, to: b)]
        #expect(machine.handle(.offered(late), at: now) == passedOver)
        // A coordinator that has lost its ledger may name another copy: what was acknowledged is kept.
        #expect(machine.handle(.released(late.parcel), at: now).isEmpty)
        #expect(machine.handle(.flush(round: 1, wrong: []), at: now) == [.fold([first.parcel])])
        #expect(machine.handle(.folded([first.parcel]), at: now) == [.unstage([first.parcel]), .flushed])
        #expect(machine.handle(.offered(late), at: now) == passedOver)
        // The same copy again is no late one.
        #expect(machine.handle(.offered(first), at: now) == [.acknowledge(first.parcel, to: a)])
        #expect(machine.folded[keys[0]]?[0] == row(a, 0) && machine.folded[keys[1]]?[0] == row(a, 1))
    }

    @Test("is whichever is staged first, where both are on their way")
    func race() {
        var machine = machine()
        let (first, late) = (offer(a), offer(b))
        for offer in [late, first] { _ = machine.handle(.offered(offer), at: now) }
        _ = machine.handle(.arrived(late.parcel, from: b), at: now)
        _ = machine.handle(.arrived(first.parcel, from: a), at: now)
        #expect(machine.handle(.staged(first.parcel), at: now) == [.forget(first.parcel), .acknowledge(first.parcel, to: a)])
        #expect(
            machine.handle(.staged(late.parcel), at: now) == [
                .forget(late.parcel), .passOver(late.parcel, from: b), .unstage([late.parcel]), .acknowledge(late.parcel, to: b),
            ])
        #expect(machine.staged.keys.elementsEqual([first.parcel]))
    }

    @Test("is folded, and the other removed, where a process before has staged both")
    func bothStaged() throws {
        var machine = machine(staged: [offer(a), offer(b)])
        let actions = machine.handle(.flush(round: 1, wrong: []), at: now)
        guard case .fold(let parcels)? = actions.first, parcels.count == 1 else {
            Issue.record("\(actions)")
            return
        }
        let other = try #require([offer(a), offer(b)].map(\.parcel).first { $0 != parcels[0] })
        #expect(machine.handle(.folded(parcels), at: now) == [.unstage(parcels), .unstage([other]), .flushed])
        #expect(machine.staged.isEmpty)
    }

    @Test("keeps its sections where only some are folded: the other copy brings the rest")
    func half() {
        var machine = machine(folded: [keys[0]: [0: row(a, 0)]])
        let late = offer(b)
        #expect(machine.handle(.offered(late), at: now) == [.invite(late.parcel, from: b)])
        _ = machine.handle(.arrived(late.parcel, from: b), at: now)
        #expect(machine.handle(.staged(late.parcel), at: now) == [.forget(late.parcel), .acknowledge(late.parcel, to: b)])
        #expect(machine.handle(.flush(round: 1, wrong: []), at: now) == [.fold([late.parcel])])
        #expect(machine.handle(.folded([late.parcel]), at: now) == [.unstage([late.parcel]), .flushed])
        #expect(machine.folded[keys[0]]?[0] == row(a, 0) && machine.folded[keys[1]]?[0] == row(b, 1))
    }

    // MARK: - With the coordinator

    private func scheduler() -> TaskScheduler {
        var policy = SchedulerPolicy()
        policy.comparesIntegers = false
        return TaskScheduler(shards: [0], groups: 1, policy: policy, epoch: 1)
    }

    private func ask(_ worker: WorkerID, of scheduler: inout TaskScheduler) throws -> Lease {
        let offer = WorkerOffer(host: "h", process: 1, memory: 1, threads: 1, bundles: [[0]])
        _ = scheduler.handle(.workerJoined(worker, offer), at: now)
        _ = scheduler.handle(.workerReady(worker, leases: 1), at: now)
        return try #require(scheduler.leases.values.first { $0.worker == worker }?.lease)
    }

    @Test("makes its task done; the other changes nothing, and nobody is distrusted")
    func done() throws {
        var scheduler = scheduler()
        let digests = [a, b].map { offer($0).parcel.digest }
        let lease = try ask(a, of: &scheduler)
        // The second worker takes the task when the first is lost, which comes back.
        let silence = SchedulerPolicy().leaseTimeout + 1_000
        for second in 0...silence / 1_000 { _ = scheduler.handle(.tick, at: SchedulerTime(milliseconds: second * 1_000)) }
        let later = SchedulerTime(milliseconds: silence + SchedulerPolicy().longestBackoff)
        let other = WorkerOffer(host: "h", process: 2, memory: 1, threads: 1, bundles: [[0]])
        _ = scheduler.handle(.workerJoined(b, other), at: later)
        _ = scheduler.handle(.workerReady(b, leases: 1), at: later)
        let second = try #require(scheduler.leases.values.first { $0.worker == b }?.lease)
        var actions = scheduler.handle(.taskDone(b, second.id, task, digests[1]), at: later)
        actions += scheduler.handle(.taskDone(a, lease.id, task, digests[0]), at: later)
        actions += scheduler.handle(.contradicted(task, held: b, offered: a, digests[0]), at: later)
        let state = try #require(scheduler.state(of: task))
        #expect(state.phase == .done && state.results.map(\.worker) == [b] && state.digest == digests[1])
        #expect(scheduler.distrusted.isEmpty && scheduler.verdicts.isEmpty)
        // Sections of both lie with the reducers: they fit together.
        actions += scheduler.handle(.held(task, by: [a, b], Digest(of: [9])), at: later)
        actions += scheduler.handle(.nothingMissing, at: later)
        #expect(actions.contains(.finish(.complete)), "\(actions)")
    }

    @Test("and the other make their task done together where no ledger says so")
    func ledgerLost() {
        var scheduler = scheduler()
        _ = scheduler.handle(.resumed, at: now)
        _ = scheduler.handle(.held(task, by: [b, a], Digest(of: [9])), at: now)
        #expect(scheduler.state(of: task)?.phase == .done && scheduler.state(of: task)?.results.map(\.worker) == [a])
        #expect(scheduler.handle(.nothingMissing, at: now).contains(.finish(.complete)))
    }
}
