import Scheduling
import Statistics
import Storage
import Testing

@Suite("The reducer in trouble")
struct ReducerTroubleTests {
    private let now = SchedulerTime.zero
    private let keys = [SectionKey(kind: .block, index: 0, stratum: 0), SectionKey(kind: .block, index: 1, stratum: 0)]

    /// A parcel of two sections; the second has the same numbers whatever `numbers` says.
    private func offer(_ shard: Int, by worker: String = "w", numbers: UInt8 = 1) -> ParcelOffer {
        let digest = Digest(of: [numbers, UInt8(shard)])
        return ParcelOffer(
            parcel: ParcelID(task: TaskID(shard: shard, group: 0), digest: digest), worker: WorkerID(worker),
            sections: [
                ParcelOffer.Section(key: keys[0], checksum: digest),
                ParcelOffer.Section(key: keys[1], checksum: Digest(of: [UInt8(shard)])),
            ], bytes: 100)
    }

    private func machine(foldBytes: Int = 50) -> ReducerMachine {
        var policy = ReducerPolicy()
        policy.window = 1_000
        policy.foldBytes = foldBytes
        policy.offersPerWorker = 3
        return ReducerMachine(policy: policy)
    }

    private func take(_ offer: ParcelOffer, into machine: inout ReducerMachine) -> [ReducerAction] {
        var actions = machine.handle(.offered(offer), at: now)
        actions += machine.handle(.arrived(offer.parcel, from: offer.worker), at: now)
        return actions + machine.handle(.staged(offer.parcel), at: now)
    }

    @Test("whoever only offers again is invited again after a while, and loses its place in the end")
    func offersAgain() {
        var machine = machine()
        let (parcel, other) = (offer(0, by: "a"), offer(0, by: "b"))
        #expect(machine.handle(.offered(parcel), at: now).count == 1)
        #expect(machine.handle(.offered(other), at: now).isEmpty)
        #expect(machine.handle(.offered(parcel), at: now + 4_999).isEmpty)
        #expect(machine.handle(.offered(parcel), at: now + 5_000) == [.invite(parcel.parcel, from: parcel.worker)])
        #expect(machine.handle(.offered(parcel), at: now + 9_999).isEmpty)
        #expect(machine.handle(.progressed(parcel.parcel, from: parcel.worker), at: now + 10_000).isEmpty)
        #expect(machine.handle(.offered(parcel), at: now + 14_999).isEmpty)
        let end = now + 10_001 + machine.policy.arrivalPatience
        #expect(machine.handle(.tick, at: end) == [.forget(parcel.parcel), .invite(other.parcel, from: other.worker)])
        #expect(machine.bytesInFlight == 100)
    }

    @Test("an offer that waits and is not repeated is dropped, and takes no room from others; one that is repeated keeps its place")
    func forgottenOffers() {
        var policy = ReducerPolicy()
        policy.window = 100
        var machine = ReducerMachine(policy: policy)
        let (first, gone, alive) = (offer(0, by: "a"), offer(1, by: "b"), offer(2, by: "c"))
        for offer in [first, gone, alive] { _ = machine.handle(.offered(offer), at: now) }
        #expect(machine.offersWaiting == 2)
        let patience = machine.policy.offerPatience
        _ = machine.handle(.offered(alive), at: now + patience)
        _ = machine.handle(.tick, at: now + patience)
        #expect(machine.offersWaiting == 2)
        let later = now + 2 * patience
        _ = machine.handle(.tick, at: later)
        #expect(machine.offersWaiting == 1)
        _ = machine.handle(.arrived(first.parcel, from: first.worker), at: later)
        #expect(machine.handle(.staged(first.parcel), at: later).last == .invite(alive.parcel, from: alive.worker))
        // Whoever was not gone after all offers again.
        _ = machine.handle(.offered(gone), at: later)
        #expect(machine.offersWaiting == 1)
    }

    @Test("a worker's offers wait up to a number")
    func flood() {
        var machine = machine()
        _ = machine.handle(.offered(offer(0)), at: now)
        _ = machine.handle(.arrived(offer(0).parcel, from: WorkerID("w")), at: now)
        _ = machine.handle(.stagingFailed(offer(0).parcel, reason: "no space"), at: now)
        for shard in 1..<20 { _ = machine.handle(.offered(offer(shard)), at: now) }
        #expect(machine.offersWaiting == 3)
    }

    @Test("a fold that stopped says what it wrote: other numbers of that are known to differ")
    func partialFold() {
        var machine = machine()
        let (wrong, right) = (offer(0, by: "liar", numbers: 2), offer(0, by: "b"))
        _ = take(wrong, into: &machine)
        _ = machine.handle(.foldFailed(reason: "no space", folded: [keys[0]: [wrong.parcel]]), at: now)
        #expect(machine.handle(.discarded(wrong.parcel), at: now) == [.unstage([wrong.parcel])])
        let later = now + machine.policy.diskPatience
        _ = machine.handle(.tick, at: later)
        let actions = machine.handle(.offered(right), at: later)
        #expect(actions.contains { if case .report = $0 { true } else { false } })
        #expect(actions.last == .invite(right.parcel, from: right.worker))
    }

    @Test("a parcel that cannot be read is dropped and may come again; a discard during a fold is remembered")
    func damaged() {
        var machine = machine()
        let parcel = offer(0)
        _ = take(parcel, into: &machine)
        #expect(machine.handle(.damaged([parcel.parcel], reason: "checksum"), at: now).isEmpty)
        let actions = machine.handle(.foldFailed(reason: "checksum"), at: now)
        #expect(actions.first == .unstage([parcel.parcel]))
        #expect(machine.staged.isEmpty && machine.stagedBytes == 0)
        let later = now + machine.policy.diskPatience
        #expect(machine.handle(.offered(parcel), at: later).contains(.invite(parcel.parcel, from: parcel.worker)))
    }

    @Test("a release discards the other numbers of its task, and only sections that differ are emptied, however often it takes")
    func verdict() {
        var machine = machine()
        let (wrong, right, third) = (offer(0, by: "liar", numbers: 2), offer(0, by: "b"), offer(0, by: "c", numbers: 3))
        _ = take(wrong, into: &machine)
        _ = machine.handle(.folded([wrong.parcel]), at: now)
        _ = take(right, into: &machine)
        _ = take(third, into: &machine)
        #expect(machine.handle(.released(right.parcel), at: now) == [.unstage([third.parcel])])
        let verdict = WrongNumbers(task: TaskID(shard: 0, group: 0), worker: wrong.worker, sections: keys)
        #expect(machine.handle(.flush(round: 1, wrong: [verdict]), at: now).last == .empty([keys[0]]))
        #expect(machine.handle(.emptyingFailed([keys[0]], reason: "read-only"), at: now) == [.pause(reason: "read-only")])
        let later = now + machine.policy.diskPatience
        #expect(machine.handle(.tick, at: later) == [.resume, .empty([keys[0]])])
        #expect(machine.handle(.emptied([keys[0]]), at: later) == [.fold([right.parcel])])
        #expect(machine.handle(.folded([right.parcel]), at: later) == [.unstage([right.parcel]), .flushed])
        #expect(machine.folded[keys[0]]?[0]?.worker == right.worker && machine.folded[keys[1]]?[0]?.worker == wrong.worker)
    }

    @Test("what was told in a round is not emptied because the same round is asked for again, nor is an earlier round answered")
    func repeatedRound() {
        var machine = machine(foldBytes: 1_000)
        // It has computed the right numbers once, and others another time.
        let right = offer(0, by: "liar")
        _ = take(right, into: &machine)
        _ = machine.handle(.released(right.parcel), at: now)
        let verdict = WrongNumbers(task: TaskID(shard: 0, group: 0), worker: right.worker, sections: keys)
        #expect(machine.handle(.flush(round: 2, wrong: [verdict]), at: now) == [.fold([right.parcel])])
        #expect(machine.handle(.folded([right.parcel]), at: now) == [.unstage([right.parcel]), .flushed])
        #expect(machine.handle(.flush(round: 2, wrong: [verdict]), at: now) == [.flushed])
        #expect(machine.handle(.flush(round: 1, wrong: [verdict]), at: now).isEmpty && machine.round == 2)
        #expect(machine.handle(.flush(round: 3, wrong: [verdict]), at: now) == [.empty(keys)])
    }
}
