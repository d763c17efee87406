import Scheduling
import Statistics
import Storage
import Testing

@Suite("The reducer's state machine")
struct ReducerMachineTests {
    private let now = SchedulerTime.zero
    private let key = SectionKey(kind: .block, index: 0, stratum: 0)

    private func offer(_ shard: Int, by worker: String = "w", numbers: UInt8 = 1, bytes: Int = 100) -> ParcelOffer {
        let digest = Digest(of: [numbers, UInt8(shard)])
        return ParcelOffer(
            parcel: ParcelID(task: TaskID(shard: shard, group: 0), digest: digest), worker: WorkerID(worker),
            sections: [ParcelOffer.Section(key: key, checksum: digest)], bytes: bytes)
    }

    private func machine(window: Int = 1_000, foldBytes: Int = 150, audit: Double = 0) -> ReducerMachine {
        var policy = ReducerPolicy()
        policy.window = window
        policy.foldBytes = foldBytes
        return ReducerMachine(policy: policy, audits: AuditRule(share: audit))
    }

    /// Offers a parcel and brings its bytes, up to the acknowledgement.
    private func take(_ offer: ParcelOffer, into machine: inout ReducerMachine) -> [ReducerAction] {
        var actions = machine.handle(.offered(offer), at: now)
        actions += machine.handle(.arrived(offer.parcel, from: offer.worker), at: now)
        return actions + machine.handle(.staged(offer.parcel), at: now)
    }

    @Test("a parcel is invited, staged, acknowledged only then, and folded with others in one pass")
    func order() {
        var machine = machine()
        let (first, second) = (offer(0), offer(1))
        #expect(machine.handle(.offered(first), at: now) == [.invite(first.parcel, from: first.worker)])
        #expect(machine.handle(.arrived(first.parcel, from: first.worker), at: now) == [.stage(first.parcel)])
        #expect(machine.handle(.staged(first.parcel), at: now) == [.forget(first.parcel), .acknowledge(first.parcel, to: first.worker)])
        #expect(take(second, into: &machine).last == .fold([first.parcel, second.parcel]))
        #expect(machine.handle(.folded([first.parcel, second.parcel]), at: now) == [.unstage([first.parcel, second.parcel])])
        #expect(machine.folded[key]?.keys.sorted() == [0, 1])
        #expect(machine.staged.isEmpty)
    }

    @Test("no fold has more parcels than a process may map; those beyond are folded in the next, and a flush is answered behind the last")
    func portions() {
        var policy = ReducerPolicy()
        policy.foldBytes = 10_000
        policy.foldParcels = 2
        var machine = ReducerMachine(policy: policy)
        let offers = (0..<5).map { offer($0) }
        for offer in offers { #expect(!take(offer, into: &machine).contains { if case .fold = $0 { true } else { false } }) }
        let portions = [offers[0..<2], offers[2..<4], offers[4..<5]].map { $0.map(\.parcel) }
        #expect(machine.handle(.flush(round: 1, wrong: []), at: now) == [.fold(portions[0])])
        #expect(machine.handle(.folded(portions[0]), at: now) == [.unstage(portions[0]), .fold(portions[1])])
        #expect(machine.handle(.folded(portions[1]), at: now) == [.unstage(portions[1]), .fold(portions[2])])
        #expect(machine.handle(.folded(portions[2]), at: now) == [.unstage(portions[2]), .flushed])
    }

    @Test("a copy is acknowledged without being sent, whether the first is staged or folded")
    func copies() {
        var machine = machine()
        _ = take(offer(0), into: &machine)
        let copy = offer(0, by: "other")
        #expect(machine.handle(.offered(copy), at: now) == [.acknowledge(copy.parcel, to: copy.worker)])
        _ = machine.handle(.flush(round: 1, wrong: []), at: now)
        _ = machine.handle(.folded([copy.parcel]), at: now)
        #expect(machine.handle(.offered(copy), at: now).contains(.acknowledge(copy.parcel, to: copy.worker)))
        #expect(machine.staged.isEmpty)
    }

    @Test("two workers that send the same parcel at once are both answered; when the first sends nothing, the second is invited")
    func twoAtOnce() {
        var machine = machine()
        let (first, second) = (offer(0, by: "a"), offer(0, by: "b"))
        #expect(machine.handle(.offered(first), at: now) == [.invite(first.parcel, from: first.worker)])
        #expect(machine.handle(.offered(second), at: now).isEmpty)
        let later = now + machine.policy.takeoverPatience
        #expect(machine.handle(.offered(second), at: later) == [.forget(first.parcel), .invite(second.parcel, from: second.worker)])
        #expect(machine.handle(.offered(first), at: later).isEmpty)
        _ = machine.handle(.arrived(second.parcel, from: second.worker), at: now)
        let actions = machine.handle(.staged(second.parcel), at: now)
        #expect(
            actions.contains(.acknowledge(first.parcel, to: first.worker))
                && actions.contains(.acknowledge(second.parcel, to: second.worker)))
    }

    @Test("no more is invited than fits into the window; a parcel larger than the window comes alone")
    func credit() {
        var machine = machine(window: 250, foldBytes: 10_000)
        let offers = (0..<4).map { offer($0) } + [offer(4, bytes: 900)]
        let invited = offers.flatMap { machine.handle(.offered($0), at: now) }
        #expect(invited == offers[..<2].map { .invite($0.parcel, from: $0.worker) })
        #expect(machine.bytesInFlight == 200 && machine.offersWaiting == 3)
        _ = machine.handle(.arrived(offers[0].parcel, from: offers[0].worker), at: now)
        #expect(machine.handle(.staged(offers[0].parcel), at: now).last == .invite(offers[2].parcel, from: offers[2].worker))
        for place in 1..<4 {
            _ = machine.handle(.arrived(offers[place].parcel, from: offers[place].worker), at: now)
            _ = machine.handle(.staged(offers[place].parcel), at: now)
        }
        #expect(machine.bytesInFlight == 900)
    }

    @Test("a full disk stops the acceptance with its reason, loses nothing, and is tried again")
    func diskFull() {
        var machine = machine()
        let parcel = offer(0)
        _ = machine.handle(.offered(parcel), at: now)
        _ = machine.handle(.arrived(parcel.parcel, from: parcel.worker), at: now)
        let actions = machine.handle(.stagingFailed(parcel.parcel, reason: "no space left"), at: now)
        #expect(actions == [.forget(parcel.parcel), .pause(reason: "no space left")])
        #expect(machine.pausedBecause == "no space left")
        #expect(machine.handle(.offered(offer(1)), at: now).isEmpty)
        let later = now + machine.policy.diskPatience
        #expect(
            machine.handle(.tick, at: later) == [
                .resume, .invite(parcel.parcel, from: parcel.worker), .invite(offer(1).parcel, from: WorkerID("w")),
            ])
    }

    @Test("a fold that fails is tried again with the same parcels")
    func foldFails() {
        var machine = machine(foldBytes: 50)
        let parcel = offer(0)
        #expect(take(parcel, into: &machine).last == .fold([parcel.parcel]))
        #expect(machine.handle(.foldFailed(reason: "I/O error"), at: now) == [.pause(reason: "I/O error")])
        #expect(machine.handle(.tick, at: now + machine.policy.diskPatience) == [.resume, .fold([parcel.parcel])])
    }

    @Test("an audited task's parcel is folded only when it is released, and is removed when it is discarded")
    func held() {
        var machine = machine(foldBytes: 50, audit: 1)
        let (right, wrong) = (offer(0, by: "a"), offer(0, by: "b", numbers: 2))
        #expect(take(right, into: &machine).last == .acknowledge(right.parcel, to: right.worker))
        _ = take(wrong, into: &machine)
        #expect(machine.handle(.discarded(wrong.parcel), at: now) == [.unstage([wrong.parcel])])
        #expect(machine.handle(.released(right.parcel), at: now) == [.fold([right.parcel])])
    }

    @Test("other numbers of a folded shard are reported with both workers; a section with wrong ones is emptied")
    func disagreement() {
        var machine = machine(foldBytes: 50)
        let (wrong, right) = (offer(0, by: "liar", numbers: 2), offer(0, by: "b"))
        _ = take(wrong, into: &machine)
        _ = machine.handle(.folded([wrong.parcel]), at: now)
        let report = ReducerAction.report(
            ShardDisagreement(section: key, shard: 0, workers: [wrong.worker, right.worker], parcel: right.parcel))
        // It is staged, for it may be right, but not folded.
        #expect(
            take(right, into: &machine) == [
                report, .invite(right.parcel, from: right.worker), .stage(right.parcel), .forget(right.parcel),
                .acknowledge(right.parcel, to: right.worker),
            ])
        let verdict = WrongNumbers(task: TaskID(shard: 0, group: 0), worker: wrong.worker, sections: [key])
        #expect(machine.handle(.released(right.parcel), at: now).isEmpty)
        #expect(machine.handle(.flush(round: 1, wrong: [verdict]), at: now) == [report, .empty([key])])
        #expect(machine.handle(.emptied([key]), at: now) == [.fold([right.parcel])])
        #expect(machine.handle(.folded([right.parcel]), at: now) == [.unstage([right.parcel]), .flushed])
        #expect(machine.folded[key]?[0]?.worker == right.worker)
    }

    @Test("bytes that are not what was offered are refused, and a worker of which nothing is heard loses its place")
    func broken() {
        var machine = machine(window: 100)
        let (first, second) = (offer(0, by: "a"), offer(1, by: "b"))
        _ = machine.handle(.offered(first), at: now)
        _ = machine.handle(.offered(second), at: now)
        let actions = machine.handle(.broken(first.parcel, from: first.worker, reason: "checksum"), at: now)
        #expect(
            actions == [
                .forget(first.parcel), .refuse(first.parcel, to: first.worker, reason: "checksum"),
                .invite(second.parcel, from: second.worker),
            ])
        _ = machine.handle(.offered(first), at: now)
        let later = now + machine.policy.arrivalPatience + 1
        // Whoever lives offers again.
        #expect(machine.handle(.offered(first), at: later).isEmpty)
        #expect(machine.handle(.tick, at: later) == [.forget(second.parcel), .invite(first.parcel, from: first.worker)])
    }

    @Test("a flush does not wait long for a worker of which nothing is heard")
    func silentWhileFlushing() {
        var machine = machine()
        let silent = offer(0)
        _ = machine.handle(.offered(silent), at: now)
        #expect(machine.handle(.flush(round: 1, wrong: []), at: now).isEmpty)
        #expect(machine.handle(.tick, at: now + machine.policy.flushPatience).isEmpty)
        _ = machine.handle(.progressed(silent.parcel, from: silent.worker), at: now + machine.policy.flushPatience)
        #expect(machine.handle(.tick, at: now + 2 * machine.policy.flushPatience).isEmpty)
        let end = now + 2 * machine.policy.flushPatience + 1
        #expect(machine.handle(.tick, at: end) == [.forget(silent.parcel), .flushed])
        // It was only slow: what it offers again is taken.
        #expect(machine.handle(.offered(silent), at: end) == [.invite(silent.parcel, from: silent.worker)])
    }

    @Test("started again from its disk it goes on: what is staged is folded, what is folded is known")
    func restart() {
        var policy = ReducerPolicy()
        policy.foldBytes = 50
        let (staged, folded) = (offer(0), offer(1))
        let table = [key: [1: FoldedShard(checksum: folded.sections[0].checksum, worker: folded.worker)]]
        var machine = ReducerMachine(policy: policy, folded: table, staged: [staged])
        #expect(machine.handle(.offered(folded), at: now) == [.fold([staged.parcel]), .acknowledge(folded.parcel, to: folded.worker)])
    }
}
