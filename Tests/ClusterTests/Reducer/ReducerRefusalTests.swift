import Diagnostics
import Scheduling
import Statistics
import Storage
import Testing

@testable import Cluster

@Suite("What a reducer does not take", .serialized)
struct ReducerRefusalTests {
    /// Whether a parcel is refused, and what is right is taken all the same from another worker.
    private func isRefused(_ parcel: TestParcel, because reason: String? = nil) throws -> Bool {
        let stage = try ReducerStage()
        let parcels = stage.parcels
        try stage.start()
        let (liar, honest) = (try stage.worker(parcel.offer.worker.name), try stage.worker("honest"))
        liar.add(parcel)
        guard try stage.eventually({ !liar.refused.isEmpty }) else { return false }
        if let reason { #expect(liar.refused[parcel.offer.parcel]?.contains(reason) == true, "\(liar.refused)") }
        #expect(liar.acknowledged.isEmpty)
        for task in parcels.tasks { honest.add(try parcels.parcel(task, from: "honest")) }
        #expect(try stage.eventually { honest.parcels.isEmpty })
        #expect(honest.refused.isEmpty)
        return try stage.flush() == parcels.inventory { _ in "honest" } && parcels.holdsEverything(stage.store)
    }

    @Test("a flipped byte, wherever it is")
    func flippedByte() throws {
        let parcels = try PlannedParcels.shared.get()
        let right = try parcels.parcel(parcels.tasks[0], from: "worker")
        for place in [3, right.bytes.count / 3, right.bytes.count - 20] {
            var wrong = right
            wrong.bytes[place] ^= 4
            #expect(try isRefused(wrong))
        }
    }

    @Test("a checksum that is not that of the integers, though file and offer agree")
    func falseChecksum() throws {
        let parcels = try PlannedParcels.shared.get()
        let lie = try parcels.parcel(parcels.tasks[0], from: "liar") { Digest(of: $0.bytes) }
        #expect(try isRefused(lie, because: "the integers of"))
    }

    @Test("numbers that no shard can bring, though all checksums are theirs", arguments: ImpossibleNumbers.allCases)
    func impossible(_ lie: ImpossibleNumbers) throws {
        let parcels = try PlannedParcels.shared.get()
        #expect(try isRefused(try parcels.parcel(parcels.tasks[0], from: "liar", lie: lie), because: lie.reason))
    }

    @Test("the numbers of another task under this one's name")
    func otherNumbers() throws {
        let parcels = try PlannedParcels.shared.get()
        // Of the same group and stratum, so that the sections are those that are expected.
        let (task, other) = (TaskID(shard: 0, group: 0), TaskID(shard: 2, group: 0))
        #expect(try isRefused(try parcels.parcel(task, from: "liar", numbers: other), because: "is not of the shard"))
    }

    @Test("another task's sections")
    func otherSections() throws {
        let parcels = try PlannedParcels.shared.get()
        let (task, other) = (TaskID(shard: 0, group: 0), TaskID(shard: 0, group: 1))
        #expect(try isRefused(try parcels.parcel(task, from: "liar", numbers: other), because: "does not bring"))
        let stratum = TaskID(shard: 1, group: 0)
        #expect(try isRefused(try parcels.parcel(task, from: "liar", numbers: stratum), because: "does not bring"))
    }

    @Test("a task that the plan does not have, and a size that no parcel of it can have")
    func strangeOffers() throws {
        let parcels = try PlannedParcels.shared.get()
        let right = try parcels.parcel(parcels.tasks[0], from: "liar")
        for task in [TaskID(shard: -1, group: 0), TaskID(shard: .max, group: 0), TaskID(shard: 0, group: 7), TaskID(shard: 0, group: -1)] {
            #expect(parcels.rules.problem(of: right.changed { $0.parcel = ParcelID(task: task, digest: right.offer.parcel.digest) }) != nil)
        }
        for bytes in [-1, 0, 1 << 40, .max] { #expect(parcels.rules.problem(of: right.changed { $0.bytes = bytes }) != nil) }
        #expect(parcels.rules.problem(of: right.changed { $0.sections.append(right.offer.sections[0]) }) != nil)
        #expect(parcels.rules.problem(of: right.changed { $0.sections.removeLast() }) != nil)
        #expect(parcels.rules.problem(of: right.offer) == nil)
    }

    @Test("a digest that is not that of the integers of all reducers")
    func digestOfOthers() throws {
        let parcels = try PlannedParcels.shared.get()
        var lie = try parcels.parcel(parcels.tasks[0], from: "liar")
        let others = lie.offer.elsewhere
        #expect(!others.isEmpty)
        lie.offer = lie.changed { $0.parcel = ParcelID(task: lie.offer.parcel.task, digest: Digest(of: "any")) }
        #expect(try isRefused(lie, because: "is not that of its sections"))
        lie = try parcels.parcel(parcels.tasks[0], from: "liar")
        for wrong in [Array(others.dropLast()), others + others.prefix(1), others.map { Digest(of: $0.bytes) }] {
            #expect(parcels.rules.problem(of: lie.changed { $0.elsewhere = wrong }) != nil)
        }
    }

    @Test("an offer or bytes in another worker's name, bytes that were not asked for, and messages without sense")
    func strangers() throws {
        let stage = try ReducerStage()
        let reducer = try stage.start(ReducerStage.patient)
        let parcels = stage.parcels
        let (stranger, honest) = (try stage.worker("stranger"), try stage.worker("honest"))
        #expect(try stage.eventually { stage.heartbeat != nil })
        let parcel = try parcels.parcel(parcels.tasks[0], from: "honest")
        try stranger.offer(parcel)
        let piece = ParcelPiece(parcel: parcel.offer.parcel, worker: WorkerID("honest"), offset: 0, total: parcel.bytes.count)
        let unasked = ParcelPiece(parcel: parcel.offer.parcel, worker: WorkerID("stranger"), offset: 0, total: parcel.bytes.count)
        for body in [piece, unasked] {
            _ = try stranger.socket.send(OutgoingMessage(.piece, body, payload: [PayloadFrame(copying: parcel.bytes)]))
        }
        for kind in [MessageKind.offer, .piece, .finished, .flush, .assignment, MessageKind(rawValue: 999)] {
            _ = try stranger.socket.send(OutgoingMessage(kind, encoded: Array("{\"round\":1}".utf8)))
        }
        #expect(try stage.eventually { reducer.process.counters.snapshot.refused >= 8 })
        honest.add(parcel)
        #expect(try stage.eventually { honest.parcels.isEmpty })
        #expect(try stage.flush() == parcels.inventory { $0 == parcels.tasks[0] ? "honest" : nil })
        #expect(stranger.acknowledged.isEmpty && stranger.invitations == 0)
    }

    @Test("a store of another run, and a coordinator that turns it away")
    func otherRun() throws {
        let stage = try ReducerStage()
        let first = try stage.start()
        #expect(try stage.eventually { stage.heartbeat != nil })
        #expect(try first.stopped() == nil)
        let right = stage.identity
        for other in [StoreIdentity(plan: Digest(of: "another"), index: right.index), StoreIdentity(plan: right.plan, index: 1)] {
            stage.identity = other
            let reducer = try stage.start()
            #expect(try stage.eventually { reducer.hasEnded })
            let error = #expect(throws: ClusterError.self) { try reducer.stopped() }
            #expect(error?.exitStatus == .dataError)
            guard case .storeOfOtherRun = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        stage.turnsAway = TurnedAway(reason: "no room", remedy: "come later", status: 75)
        let reducer = try stage.start()
        #expect(try stage.eventually { reducer.hasEnded })
        let error = #expect(throws: ClusterError.self) { try reducer.stopped() }
        #expect(error == .turnedAway(reason: "no room", remedy: "come later", status: 75) && error?.exitStatus == .temporaryFailure)
    }
}

extension TestParcel {
    /// The offer with other values.
    fileprivate func changed(_ change: (inout Draft) -> Void) -> ParcelOffer {
        var draft = Draft(parcel: offer.parcel, sections: offer.sections, elsewhere: offer.elsewhere, bytes: offer.bytes)
        change(&draft)
        return ParcelOffer(
            parcel: draft.parcel, worker: offer.worker, sections: draft.sections, elsewhere: draft.elsewhere,
            bytes: draft.bytes)
    }

    /// What of an offer may be changed.
    fileprivate struct Draft {
        var parcel: ParcelID
        var sections: [ParcelOffer.Section]
        var elsewhere: [Digest]
        var bytes: Int
    }
}
