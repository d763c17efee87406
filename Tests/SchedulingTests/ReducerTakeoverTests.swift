import Scheduling
import Statistics
import Storage
import Testing

@Suite("A parcel that one worker was invited to send and another has too")
struct ReducerTakeoverTests {
    private let now = SchedulerTime.zero
    private let key = SectionKey(kind: .block, index: 0, stratum: 0)

    private func offer(_ shard: Int, by worker: String, bytes: Int = 100) -> ParcelOffer {
        let digest = Digest(of: [UInt8(shard)])
        return ParcelOffer(
            parcel: ParcelID(task: TaskID(shard: shard, group: 0), digest: digest), worker: WorkerID(worker),
            sections: [ParcelOffer.Section(key: key, checksum: digest)], bytes: bytes)
    }

    private func machine(window: Int = 1_000, foldBytes: Int = .max) -> ReducerMachine {
        var policy = ReducerPolicy()
        policy.window = window
        policy.foldBytes = foldBytes
        return ReducerMachine(policy: policy)
    }

    private func invite(_ offer: ParcelOffer) -> ReducerAction { .invite(offer.parcel, from: offer.worker) }

    @Test("stays the first one's as long as its pieces come, and becomes the other's once it is silent")
    func silence() {
        var machine = machine()
        let (first, second) = (offer(0, by: "a"), offer(0, by: "b"))
        let patience = machine.policy.takeoverPatience
        #expect(machine.handle(.offered(first), at: now) == [invite(first)])
        var time = now
        for _ in 0..<10 {
            #expect(machine.handle(.offered(second), at: time + (patience - 1)).isEmpty)
            time = time + (patience - 1)
            #expect(machine.handle(.progressed(first.parcel, from: first.worker), at: time).isEmpty)
            #expect(machine.handle(.tick, at: time).isEmpty)
        }
        // What is not of the one that was invited is no progress.
        _ = machine.handle(.progressed(first.parcel, from: second.worker), at: time + (patience - 1))
        #expect(machine.handle(.offered(second), at: time + patience) == [.forget(first.parcel), invite(second)])
        #expect(patience < machine.policy.arrivalPatience)
    }

    @Test("stays the first one's while another of its parcels comes: it sends one after the other")
    func queue() {
        var machine = machine()
        let (first, next, copy) = (offer(0, by: "a"), offer(1, by: "a"), offer(1, by: "b"))
        let patience = machine.policy.takeoverPatience
        for offer in [first, next] { #expect(machine.handle(.offered(offer), at: now) == [invite(offer)]) }
        let sent = now + patience
        _ = machine.handle(.progressed(first.parcel, from: first.worker), at: sent)
        _ = machine.handle(.tick, at: sent)
        _ = machine.handle(.arrived(first.parcel, from: first.worker), at: sent)
        _ = machine.handle(.staged(first.parcel), at: sent)
        #expect(machine.handle(.offered(copy), at: sent + (patience - 1)).isEmpty)
        #expect(machine.handle(.offered(copy), at: sent + patience) == [.forget(next.parcel), invite(copy)])
    }

    @Test("stays the first one's once all of it is here, however long the disk takes")
    func writing() {
        var machine = machine()
        let (first, second) = (offer(0, by: "a"), offer(0, by: "b"))
        _ = machine.handle(.offered(first), at: now)
        #expect(machine.handle(.arrived(first.parcel, from: first.worker), at: now) == [.stage(first.parcel)])
        let later = now + 10 * machine.policy.arrivalPatience
        #expect(machine.handle(.offered(second), at: later).isEmpty)
        #expect(
            machine.handle(.staged(first.parcel), at: later) == [
                .forget(first.parcel), .acknowledge(first.parcel, to: first.worker), .acknowledge(first.parcel, to: second.worker),
            ])
    }

    @Test("is not harmed by what the first one sends late: it is folded once, from the second, and the first is told that it is there")
    func late() {
        var machine = machine(foldBytes: 50)
        let (first, second) = (offer(0, by: "a"), offer(0, by: "b"))
        let later = now + machine.policy.takeoverPatience
        _ = machine.handle(.offered(first), at: now)
        _ = machine.handle(.offered(second), at: later)
        #expect(machine.handle(.progressed(first.parcel, from: first.worker), at: later + 1).isEmpty)
        #expect(machine.handle(.broken(first.parcel, from: first.worker, reason: "late"), at: later + 1).isEmpty)
        #expect(machine.handle(.arrived(first.parcel, from: first.worker), at: later + 1).isEmpty)
        #expect(machine.bytesInFlight == 100)
        #expect(machine.handle(.offered(first), at: later + 2).isEmpty)
        #expect(machine.handle(.arrived(second.parcel, from: second.worker), at: later + 3) == [.stage(second.parcel)])
        #expect(
            machine.handle(.staged(second.parcel), at: later + 4) == [
                .forget(second.parcel), .acknowledge(second.parcel, to: first.worker), .acknowledge(second.parcel, to: second.worker),
                .fold([second.parcel]),
            ])
        #expect(machine.handle(.folded([second.parcel]), at: later + 5) == [.unstage([second.parcel])])
        #expect(machine.folded[key]?[0]?.worker == second.worker)
        // Nor is it taken again.
        #expect(machine.handle(.offered(first), at: later + 6) == [.acknowledge(first.parcel, to: first.worker)])
        #expect(machine.handle(.staged(first.parcel), at: later + 7).isEmpty)
    }

    @Test("may be taken over again, by the first too, when the second falls silent")
    func andBack() {
        var machine = machine()
        let (first, second) = (offer(0, by: "a"), offer(0, by: "b"))
        let patience = machine.policy.takeoverPatience
        _ = machine.handle(.offered(first), at: now)
        _ = machine.handle(.offered(second), at: now + patience)
        #expect(machine.handle(.offered(first), at: now + (2 * patience - 1)).isEmpty)
        #expect(machine.handle(.offered(first), at: now + 2 * patience) == [.forget(first.parcel), invite(first)])
        #expect(machine.bytesInFlight == 100)
    }

    @Test("gives its credit back once: what waits for room gets what is left of it, and no more")
    func credit() {
        var machine = machine(window: 250)
        // Copies differ in size by the names of those that made them.
        let (first, second) = (offer(0, by: "a", bytes: 150), offer(0, by: "b", bytes: 120))
        let (other, third, fourth) = (offer(1, by: "c"), offer(2, by: "c", bytes: 40), offer(3, by: "c", bytes: 40))
        let later = now + machine.policy.takeoverPatience
        #expect(machine.handle(.offered(first), at: now) == [invite(first)])
        #expect(machine.handle(.offered(other), at: now) == [invite(other)])
        for offer in [third, fourth] { #expect(machine.handle(.offered(offer), at: now).isEmpty) }
        #expect(machine.bytesInFlight == 250 && machine.offersWaiting == 2)
        // It comes before those that have waited for longer.
        #expect(machine.handle(.offered(second), at: later) == [.forget(first.parcel), invite(second)])
        #expect(machine.bytesInFlight == 220 && machine.offersWaiting == 2)
        _ = machine.handle(.arrived(first.parcel, from: first.worker), at: later)
        _ = machine.handle(.arrived(second.parcel, from: second.worker), at: later)
        let actions = machine.handle(.staged(second.parcel), at: later)
        #expect(actions.suffix(2) == [invite(third), invite(fourth)])
        #expect(machine.bytesInFlight == 180)
        for offer in [other, third, fourth] {
            _ = machine.handle(.arrived(offer.parcel, from: offer.worker), at: later)
            _ = machine.handle(.staged(offer.parcel), at: later)
        }
        #expect(machine.bytesInFlight == 0 && machine.offersWaiting == 0)
    }

    @Test("waits at the head of the others where there is no room for it, and is nobody's meanwhile")
    func noRoom() {
        var machine = machine(window: 200)
        let (first, larger) = (offer(0, by: "a"), offer(0, by: "b", bytes: 110))
        let (other, third) = (offer(1, by: "c"), offer(2, by: "c"))
        let later = now + machine.policy.takeoverPatience
        for offer in [first, other, third] { _ = machine.handle(.offered(offer), at: now) }
        #expect(machine.handle(.offered(larger), at: later) == [.forget(first.parcel)])
        #expect(machine.bytesInFlight == 100 && machine.offersWaiting == 2)
        #expect(machine.handle(.offered(larger), at: later).isEmpty && machine.offersWaiting == 2)
        _ = machine.handle(.arrived(other.parcel, from: other.worker), at: later)
        #expect(machine.handle(.staged(other.parcel), at: later).last == invite(larger))
        #expect(machine.bytesInFlight == 110)
    }
}
