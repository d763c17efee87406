import Foundation
import Scheduling
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Cluster

@Suite("A reducer on a disk that fails", .serialized)
struct ReducerDiskTests {
    @Test("says why nothing is taken while it lasts")
    func fullDisk() throws {
        let stage = try ReducerStage()
        let parcels = stage.parcels
        let files = SwitchedFiles()
        try stage.start(files: files)
        #expect(try stage.eventually { stage.heartbeat != nil })
        files.isFull = true
        let worker = try stage.worker("worker")
        worker.add(try parcels.parcel(parcels.tasks[0], from: "worker"))
        #expect(try stage.eventually { stage.heartbeat?.pausedBecause?.contains("no room") == true })
        #expect(worker.acknowledged.isEmpty)
        files.isFull = false
        #expect(try stage.eventually { worker.parcels.isEmpty && stage.heartbeat?.pausedBecause == nil })
        #expect(try stage.flush() == parcels.inventory { $0 == parcels.tasks[0] ? "worker" : nil })
    }

    @Test("finds a staged file that was damaged while it was down, and takes the task again")
    func damagedStaging() throws {
        let stage = try ReducerStage()
        let parcels = stage.parcels
        try stage.start(ReducerStage.patient)
        let worker = try stage.worker("worker")
        for task in parcels.tasks { worker.add(try parcels.parcel(task, from: "worker")) }
        #expect(try stage.eventually { worker.parcels.isEmpty })
        try stage.stopLast()
        let staged = try parcels.plan.store(at: stage.store).stagedFiles()
        #expect(staged.count == parcels.tasks.count)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: staged[0].string))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: staged[0].string))
        // Another one is cut short.
        bytes = try Data(contentsOf: URL(fileURLWithPath: staged[1].string))
        try Data(bytes.dropLast(100)).write(to: URL(fileURLWithPath: staged[1].string))
        let lost = try staged.prefix(2).map { try #require(StagedName($0)).parcel.task }
        try Data("x".utf8).write(to: URL(fileURLWithPath: stage.store.appending("staging/other.partial").string))
        try stage.start(ReducerStage.patient)
        // It does not hold them, which is why the coordinator has them computed again, and takes them then.
        #expect(try stage.flush() == parcels.inventory { lost.contains($0) ? nil : "worker" })
        let acknowledged = worker.acknowledged.count
        for task in lost { worker.add(try parcels.parcel(task, from: "worker")) }
        #expect(try stage.eventually { worker.parcels.isEmpty })
        #expect(Set(worker.acknowledged[acknowledged...].map(\.task)).isSuperset(of: lost))
        #expect(try stage.flush() == parcels.inventory { _ in "worker" })
        #expect(try parcels.holdsEverything(stage.store))
    }

    @Test("changes nothing any more when another process has taken its store over")
    func takenOver() throws {
        let stage = try ReducerStage()
        let parcels = stage.parcels
        // It is not before it writes that it can learn of it.
        stage.heartbeats = 600_000
        let sleeper = try stage.start(ReducerStage.patient)
        let worker = try stage.worker("worker")
        worker.add(try parcels.parcel(parcels.tasks[0], from: "worker"))
        #expect(try stage.eventually { worker.parcels.isEmpty })
        let old = try #require(stage.hello)
        let successor = try stage.start(takesOver: true)
        #expect(try stage.eventually { stage.hello != nil && stage.hello?.name != old.name })
        let late = try stage.worker("late")
        try late.connect(to: old.endpoint)
        stage.leaves(late)
        late.add(try parcels.parcel(parcels.tasks[1], from: "late"))
        #expect(try stage.eventually { sleeper.hasEnded })
        #expect(throws: StorageError.self) { try sleeper.stopped() }
        #expect(late.acknowledged.isEmpty)
        #expect(try stage.flush() == parcels.inventory { $0 == parcels.tasks[0] ? "worker" : nil })
        #expect(!successor.hasEnded)
    }
}
