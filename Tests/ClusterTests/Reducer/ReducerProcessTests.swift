import Scheduling
import Statistics
import Storage
import Testing

@testable import Cluster

@Suite("A reducer's process", .serialized)
struct ReducerProcessTests {
    @Test("stages, acknowledges and folds every parcel, and says what it holds; each comes once, however often it is sent")
    func everything() throws {
        let stage = try ReducerStage()
        let reducer = try stage.start()
        let parcels = stage.parcels
        let (first, second) = (try stage.worker("first"), try stage.worker("second"))
        for task in parcels.tasks { first.add(try parcels.parcel(task, from: "first")) }
        #expect(try stage.eventually { first.parcels.isEmpty })
        #expect(first.refused.isEmpty && Set(first.acknowledged).count == parcels.tasks.count)

        // The same numbers from another worker, and from the same one again, are acknowledged and not even asked for.
        for task in parcels.tasks {
            second.add(try parcels.parcel(task, from: "second"))
            first.add(try parcels.parcel(task, from: "first"))
        }
        #expect(try stage.eventually { first.parcels.isEmpty && second.parcels.isEmpty })
        #expect(second.invitations == 0)

        #expect(try stage.flush() == parcels.inventory { _ in "first" })
        // What it holds is told before: the coordinator may end with the answer.
        #expect(stage.heartbeat?.folded ?? 0 > 0 && stage.heartbeat?.receivedBytes == reducer.process.counters.snapshot.receivedBytes)
        #expect(try parcels.holdsEverything(stage.store))
        #expect(try stage.eventually { stage.heartbeat?.stagedParcels == 0 && (stage.heartbeat?.folded ?? 0) > 0 })
        #expect(try stage.flush() == parcels.inventory { _ in "first" }, "a later question has the same answer")
        #expect(stage.disagreements.isEmpty)

        let (end, payload) = try LongBody.frames(of: RunOutcome.complete)
        try stage.tell(.finished, end, payload)
        #expect(try stage.eventually { reducer.hasEnded })
        #expect(try reducer.stopped() == .complete)
        #expect(try Folder.parts(in: stage.store).isEmpty)
    }

    @Test("keeps what it acknowledged when it ends before it has folded it")
    func restart() throws {
        let stage = try ReducerStage()
        let parcels = stage.parcels
        let worker = try stage.worker("worker")
        let half = parcels.tasks.count / 2
        for (place, task) in parcels.tasks.enumerated() {
            if place == 0 || place == half { try stage.start(ReducerStage.patient) }
            worker.add(try parcels.parcel(task, from: "worker"))
            guard place == half - 1 else { continue }
            #expect(try stage.eventually { worker.parcels.isEmpty })
            #expect(try stage.stopLast() == nil)
            #expect(try Folder.names(in: stage.store.appending("sections")).isEmpty)
        }
        #expect(try stage.eventually { worker.parcels.isEmpty })
        #expect(stage.hello?.store == stage.identity)
        // One that was offered again before its first answer came has two.
        #expect(Set(worker.acknowledged).count == parcels.tasks.count)
        #expect(try stage.flush() == parcels.inventory { _ in "worker" })
        #expect(try parcels.holdsEverything(stage.store))
    }

    @Test("takes a parcel from another worker once the first is silent in the middle of it, whatever the first sends later")
    func takeover() throws {
        let stage = try ReducerStage()
        var policy = ReducerStage.patient
        policy.takeoverPatience = 100
        let reducer = try stage.start(policy)
        let task = stage.parcels.tasks[0]
        let (first, second) = (try stage.worker("first"), try stage.worker("second"))
        let (early, late) = (try stage.parcels.parcel(task, from: "first"), try stage.parcels.parcel(task, from: "second"))
        for worker in [first, second] { worker.lastPiece = 1 }
        first.add(early)
        #expect(try stage.eventually { first.isSilent && reducer.process.counters.snapshot.receivedBytes > 0 })
        second.add(late)
        #expect(try stage.eventually { second.isSilent })
        // In the middle of the second one's bytes come those of the first, and behind them something that is counted.
        let refused = reducer.process.counters.snapshot.refused
        try first.sendRest(of: early)
        _ = try first.socket.send(OutgoingMessage(MessageKind(rawValue: 999), encoded: []))
        #expect(try stage.eventually { reducer.process.counters.snapshot.refused > refused })
        try second.sendRest(of: late)
        second.isSilent = false
        #expect(try stage.eventually { second.parcels.isEmpty })
        first.isSilent = false
        #expect(try stage.eventually { first.parcels.isEmpty })
        #expect(first.invitations == 1 && first.refused.isEmpty && second.refused.isEmpty)
        #expect(try stage.flush() == stage.parcels.inventory { $0 == task ? "second" : nil })
        #expect(try stage.eventually { stage.heartbeat?.bytesInFlight == 0 })
    }

    @Test("ends once another process has taken its store over, though it has nothing to write")
    func takenOver() throws {
        let stage = try ReducerStage()
        let reducer = try stage.start()
        #expect(try stage.eventually { stage.heartbeat != nil })
        let successor = try FolderLock(stage.store, takingOver: true)
        #expect(try stage.eventually { reducer.hasEnded })
        #expect {
            try reducer.stopped()
        } throws: { error in
            if case .lockLost? = error as? StorageError { true } else { false }
        }
        withExtendedLifetime(successor) {}
    }

    @Test("introduces itself again to a coordinator that has begun anew, and goes on")
    func newCoordinator() throws {
        let stage = try ReducerStage()
        try stage.start(ReducerStage.patient)
        let worker = try stage.worker("worker")
        worker.add(try stage.parcels.parcel(stage.parcels.tasks[0], from: "worker"))
        #expect(try stage.eventually { worker.parcels.isEmpty })
        let before = stage.assignments
        stage.epoch = 2
        #expect(try stage.eventually { stage.assignments > before && stage.heartbeat?.stagedParcels == 1 })
        #expect(try stage.flush() == stage.parcels.inventory { $0 == stage.parcels.tasks[0] ? "worker" : nil })
    }

    @Test("folds a parcel of an audited task only once it is released, and drops one that is discarded")
    func held() throws {
        let stage = try ReducerStage()
        stage.audit = 1
        try stage.start()
        let parcels = stage.parcels
        let worker = try stage.worker("worker")
        let tasks = Array(parcels.tasks.prefix(2))
        let held = try tasks.map { try parcels.parcel($0, from: "worker") }
        for parcel in held { worker.add(parcel) }
        #expect(try stage.eventually { worker.parcels.isEmpty })
        #expect(try stage.flush() == parcels.inventory { _ in nil })

        // What was held back still is, after a restart.
        try stage.stopLast()
        try stage.start()
        #expect(try stage.eventually { stage.heartbeat != nil && stage.hello != nil })
        #expect(try stage.flush() == parcels.inventory { _ in nil })
        let verdicts: [Verdict] = [.release(held[0].offer.parcel), .discard(held[1].offer.parcel)]
        #expect(try stage.flush(verdicts) == parcels.inventory { $0 == tasks[0] ? "worker" : nil })
        #expect(try stage.eventually { try parcels.plan.store(at: stage.store).stagedFiles().isEmpty })
    }

    @Test("another coordinator's idea of what is audited holds from then on, for what is staged too")
    func otherAudits() throws {
        let stage = try ReducerStage()
        stage.audit = 1
        try stage.start()
        let worker = try stage.worker("worker")
        worker.add(try stage.parcels.parcel(stage.parcels.tasks[0], from: "worker"))
        #expect(try stage.eventually { worker.parcels.isEmpty })
        #expect(try stage.flush() == stage.parcels.inventory { _ in nil })
        stage.audit = 0
        stage.epoch = 2
        let before = stage.assignments
        #expect(try stage.eventually { stage.assignments > before && stage.heartbeat?.stagedParcels == 1 })
        #expect(try stage.flush() == stage.parcels.inventory { $0 == stage.parcels.tasks[0] ? "worker" : nil })
    }

    @Test("empties a section that has wrong numbers, and takes its shards again")
    func wrongNumbers() throws {
        let stage = try ReducerStage()
        try stage.start()
        let parcels = stage.parcels
        let worker = try stage.worker("liar")
        let task = parcels.tasks[0]
        worker.add(try parcels.parcel(task, from: "liar"))
        #expect(try stage.eventually { worker.parcels.isEmpty })
        #expect(try stage.flush() == parcels.inventory { $0 == task ? "liar" : nil })
        let keys = try #require(parcels.rules.sections(of: task))
        let wrong = WrongNumbers(task: task, worker: WorkerID("liar"), sections: keys)
        #expect(try stage.flush(wrong: [wrong]) == parcels.inventory { _ in nil })

        let honest = try stage.worker("honest")
        honest.add(try parcels.parcel(task, from: "honest"))
        #expect(try stage.eventually { honest.parcels.isEmpty })
        #expect(try stage.flush() == parcels.inventory { $0 == task ? "honest" : nil })
    }
}
