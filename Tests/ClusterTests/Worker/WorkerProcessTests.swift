import Foundation
import Kernels
import Scheduling
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("A worker", .serialized)
struct WorkerProcessTests {
    let cluster: FakeCluster

    init() throws { cluster = try FakeCluster() }

    /// Starts a worker and waits until it takes leases.
    func readyWorker(_ change: (inout WorkerSettings) -> Void = { _ in }) throws -> WorkerRun {
        let run = try cluster.start(change)
        try #require(
            try cluster.play { cluster.ready != nil },
            "\(String(describing: run.outcome)) after \(cluster.hellos) introductions; the worker says: \(cluster.log.lines)")
        return run
    }

    /// Ends the run, and checks that the worker says so.
    func finish(_ run: WorkerRun) throws {
        try cluster.finish(.complete)
        try #require(try cluster.play { run.outcome != nil })
        #expect(try run.outcome?.get() == .complete)
    }

    func isDone(_ tasks: [TaskID]) -> Bool { Set(cluster.done.map(\.task)).isSuperset(of: tasks) }

    /// Checks that each reducer has its sections of a task, whole, and nothing else.
    func checkParcels(of task: TaskID) throws {
        let sections = try cluster.tiny.sections(task)
        let parcel = ParcelID(task: task, sections: sections)
        #expect(cluster.done.filter { $0.task == task }.map(\.digest) == [parcel.digest])
        for reducer in 0..<2 {
            let expected = sections.filter { cluster.tiny.owners.reducer(of: $0.key) == reducer }
            let bytes = cluster.parcels[reducer]?[parcel]
            #expect((bytes == nil) == expected.isEmpty)
            guard let bytes else { continue }
            let path = cluster.folder.file("received")
            try Data(bytes).write(to: URL(fileURLWithPath: path.string))
            let reader = try PartialReader(path)
            try reader.check(plan: cluster.tiny.plan.identity)
            try reader.verify()
            #expect(reader.sections.map(\.key) == expected.map(\.key))
            for (entry, section) in zip(reader.sections, expected) {
                #expect(entry.shards == [ShardRecord(shard: task.shard, checksum: section.checksum, worker: cluster.worker.name)])
                #expect(try reader.read(entry, shape: cluster.tiny.plan.shape).key == section.key)
            }
            let offer = cluster.offers.first { $0.reducer == reducer && $0.offer.parcel == parcel }?.offer
            #expect(offer?.sections == expected && offer?.bytes == bytes.count && offer?.worker == cluster.worker)
            // With these every reducer can tell what the digest must be.
            let others = sections.filter { cluster.tiny.owners.reducer(of: $0.key) != reducer }.sorted { $0.key < $1.key }
            #expect(offer?.elsewhere == others.map(\.checksum))
        }
    }

    @Test("computes leases, and brings each reducer its sections and no more")
    func leases() throws {
        let run = try readyWorker()
        #expect(cluster.ready?.offer.bundles == [[0, 1, 2]] && cluster.ready?.leases == 2 && cluster.ready?.offer.threads == 2)
        try cluster.grant(0, shard: 0, groups: [0, 1, 2])
        try cluster.grant(1, shard: 3, groups: [1])
        // A copy of a message changes nothing.
        try cluster.grant(1, shard: 3, groups: [1])
        let tasks = (0..<3).map { TaskID(shard: 0, group: $0) } + [TaskID(shard: 3, group: 1)]
        #expect(try cluster.play { isDone(tasks) })
        #expect(cluster.done.count == tasks.count && cluster.failed.isEmpty && cluster.returned.isEmpty)
        for task in tasks { try checkParcels(of: task) }
        // The coordinator revokes what it knows to be over.
        #expect(cluster.heartbeat != nil)
        cluster.end(0)
        cluster.end(1)
        #expect(try cluster.play { cluster.heartbeat?.leases == [] && cluster.heartbeat?.parcelBytes == 0 })
        #expect((cluster.heartbeat?.peakResidentBytes ?? 0) >= (cluster.heartbeat?.residentBytes ?? 1))
        try finish(run)
        #expect(!FileManager.default.fileExists(atPath: WorkerScratch(of: cluster.worker, in: cluster.folder.file("scratch")).path.string))
    }

    @Test("outlasts invitations, acknowledgements and parcels that are lost or refused")
    func lostMessages() throws {
        cluster.lostInvites = 2
        cluster.lostAcknowledgements = 1
        cluster.refusals = 2
        let run = try readyWorker()
        try cluster.grant(0, shard: 1, groups: [2])
        #expect(try cluster.play { isDone([TaskID(shard: 1, group: 2)]) })
        try checkParcels(of: TaskID(shard: 1, group: 2))
        try finish(run)
    }

    @Test("reports a task whose numbers a reducer refuses again and again, and goes on with others")
    func refused() throws {
        cluster.refusals = 3
        let run = try readyWorker()
        try cluster.grant(0, shard: 1, groups: [0])
        #expect(try cluster.play { !cluster.failed.isEmpty })
        #expect(cluster.failed.first?.task == TaskID(shard: 1, group: 0) && cluster.failed.first?.failure.kind == .error)
        #expect(cluster.failed.first?.failure.reason.contains("a test refuses it") == true)
        #expect(cluster.failed.first?.failure.log.isEmpty == false)
        try cluster.grant(1, shard: 1, groups: [1])
        #expect(try cluster.play { isDone([TaskID(shard: 1, group: 1)]) })
        try finish(run)
    }

    @Test("reports the tasks of a lease that is none of its plan, and lives on")
    func wrongLease() throws {
        let run = try readyWorker()
        try cluster.grant(0, shard: 1, groups: [7])
        #expect(try cluster.play { !cluster.failed.isEmpty })
        #expect(cluster.failed.first?.task == TaskID(shard: 1, group: 7))
        try finish(run)
    }

    @Test("forgets a lease that is revoked, with what was computed of it")
    func revoked() throws {
        cluster.answersOffers = false
        let run = try readyWorker()
        try cluster.grant(0, shard: 1, groups: [0, 2])
        #expect(try cluster.play { Set(cluster.offers.map(\.offer.parcel.task.group)) == [0, 2] })
        try cluster.say(.revoke, LeaseID(epoch: 1, number: 0))
        #expect(try cluster.play { cluster.heartbeat?.leases == [] && cluster.heartbeat?.parcelBytes == 0 })
        // The same task again: nothing of the first lease is in the way.
        cluster.answersOffers = true
        try cluster.grant(1, shard: 1, groups: [2])
        #expect(try cluster.play { isDone([TaskID(shard: 1, group: 2)]) })
        #expect(cluster.done.map(\.lease) == [LeaseID(epoch: 1, number: 1)])
        try finish(run)
    }

    @Test("drops an older lease with the same task for a newer one")
    func sameTask() throws {
        cluster.answersOffers = false
        let run = try readyWorker()
        try cluster.grant(0, shard: 1, groups: [0])
        #expect(try cluster.play { !cluster.offers.isEmpty })
        try cluster.grant(1, shard: 1, groups: [0])
        #expect(try cluster.play { cluster.heartbeat?.leases == [LeaseID(epoch: 1, number: 1)] })
        cluster.answersOffers = true
        #expect(try cluster.play { isDone([TaskID(shard: 1, group: 0)]) })
        #expect(cluster.done.map(\.lease) == [LeaseID(epoch: 1, number: 1)])
        try finish(run)
    }

    @Test("asked to stop, brings away what it has begun, and leaves")
    func drains() throws {
        cluster.answersOffers = false
        let run = try readyWorker { $0.drain = 10 * patience }
        try cluster.grant(0, shard: 0, groups: [2])
        #expect(try cluster.play { !cluster.offers.isEmpty })
        run.stop.raise()
        #expect(try cluster.play { cluster.isDraining })
        try cluster.grant(1, shard: 1, groups: [2])
        #expect(try cluster.play { cluster.returned == [LeaseID(epoch: 1, number: 1)] })
        #expect(run.outcome == nil)
        cluster.answersOffers = true
        #expect(try cluster.play { isDone([TaskID(shard: 0, group: 2)]) })
        cluster.end(0)
        #expect(try cluster.play { run.outcome != nil && cluster.hasLeft })
        #expect(cluster.returned == [LeaseID(epoch: 1, number: 1)])
        #expect(try run.outcome?.get() == .some(nil))
    }

    @Test("gives back what it has when it may not drain, or when it is asked to stop at once", arguments: [true, false])
    func stops(atOnce: Bool) throws {
        cluster.answersOffers = false
        let run = try readyWorker { $0.drain = atOnce ? 10 * patience : 0 }
        try cluster.grant(0, shard: 0, groups: [2])
        #expect(try cluster.play { !cluster.offers.isEmpty })
        (atOnce ? run.stopNow : run.stop).raise()
        #expect(try cluster.play { run.outcome != nil && cluster.hasLeft })
        #expect(cluster.returned == [LeaseID(epoch: 1, number: 0)])
        #expect(try run.outcome?.get() == .some(nil))
    }

    @Test("gives back a lease for whose numbers its disk has no room, and leaves: that is no failure of the tasks")
    func diskFull() throws {
        let full = StorageError(.noSpace, .write, cluster.folder.file("scratch"))
        let run = try readyWorker {
            $0.beforeEncoding = { if $0.number == 0 { throw full } }
        }
        try cluster.grant(0, shard: 0, groups: [0, 1])
        #expect(try cluster.play { run.outcome != nil && cluster.hasLeft })
        #expect(cluster.returned == [LeaseID(epoch: 1, number: 0)] && cluster.failed.isEmpty && cluster.isDraining)
        #expect(throws: full) { try run.outcome?.get() }
    }

    @Test("heeds the request to leave at once from the moment on at which it can have leases, and not before")
    func begins() throws {
        let (begun, early) = (StopRequest(), StopRequest())
        let run = try readyWorker {
            $0.hasBegun = { begun.raise() }
            $0.selectKernels = { _ in if begun.isRaised { early.raise() } }
        }
        #expect(begun.isRaised && !early.isRaised)
        try finish(run)
    }

    @Test("introduces itself to another coordinator of the run, and keeps its leases")
    func newCoordinator() throws {
        cluster.answersOffers = false
        let run = try readyWorker()
        try cluster.grant(0, shard: 2, groups: [2])
        #expect(try cluster.play { !cluster.offers.isEmpty })
        let hellos = cluster.hellos
        cluster.epoch = 2
        #expect(try cluster.play { cluster.hellos > hellos && cluster.heartbeat?.leases == [LeaseID(epoch: 1, number: 0)] })
        cluster.answersOffers = true
        #expect(try cluster.play { isDone([TaskID(shard: 2, group: 2)]) })
        #expect(cluster.done.map(\.lease) == [LeaseID(epoch: 1, number: 0)])
        try checkParcels(of: TaskID(shard: 2, group: 2))
        // Reports of a lease that the new coordinator does not know are not repeated for ever.
        #expect(try cluster.play { cluster.heartbeat?.leases == [] })
        try finish(run)
    }

    @Test("brings a reducer that has started again elsewhere what it lacks")
    func movedReducer() throws {
        cluster.answersOffers = false
        let run = try readyWorker()
        try cluster.grant(0, shard: 2, groups: [2])
        #expect(try cluster.play { !cluster.offers.isEmpty })
        try cluster.move(reducer: 0)
        cluster.answersOffers = true
        #expect(try cluster.play { isDone([TaskID(shard: 2, group: 2)]) })
        try checkParcels(of: TaskID(shard: 2, group: 2))
        try finish(run)
    }

    @Test("says once that a reducer is silent for which it keeps parcels, and once that it is back")
    func silentReducer() throws {
        cluster.answersOffers = false
        let run = try readyWorker()
        cluster.silent = [0, 1]
        // These are blocks of reducer 0 alone.
        try cluster.grant(0, shard: 2, groups: [0])
        #expect(try cluster.play { cluster.heartbeat?.parcels == [0: 1] && cluster.log.contains("reducer 0 is silent: 1 parcel is kept") })
        // It offers again, and does not say so again.
        let offers = cluster.offers.count
        #expect(try cluster.play { cluster.offers.count > offers })
        #expect(cluster.log.lines.count { $0.contains("is silent") } == 1)
        cluster.silent = nil
        #expect(try cluster.play { cluster.log.contains("reducer 0 is back") })
        cluster.answersOffers = true
        #expect(try cluster.play { isDone([TaskID(shard: 2, group: 0)]) })
        try finish(run)
        #expect(cluster.log.lines.count { $0.contains("is silent") || $0.contains("is back") } == 2)
    }

    @Test("gives back what was split for other reducers, and splits it for those that there are now")
    func otherOwners() throws {
        cluster.answersOffers = false
        let run = try readyWorker()
        try cluster.grant(0, shard: 2, groups: [2])
        #expect(try cluster.play { !cluster.offers.isEmpty })
        cluster.epoch = 2
        cluster.owners = [1, 1, 1, 1]
        #expect(try cluster.play { cluster.returned == [LeaseID(epoch: 1, number: 0)] })
        cluster.answersOffers = true
        try cluster.grant(0, shard: 2, groups: [2])
        #expect(try cluster.play { isDone([TaskID(shard: 2, group: 2)]) })
        let parcel = ParcelID(task: TaskID(shard: 2, group: 2), sections: try cluster.tiny.sections(TaskID(shard: 2, group: 2)))
        #expect(cluster.parcels[0]?[parcel] == nil && cluster.parcels[1]?[parcel] != nil)
        try finish(run)
    }

    @Test("is told why it is turned away")
    func turnedAway() throws {
        let run = try cluster.start()
        #expect(try cluster.play { cluster.hellos > 0 })
        try cluster.say(.turnedAway, TurnedAway(reason: "no", remedy: "go", status: 78))
        #expect(try cluster.play { run.outcome != nil })
        #expect(throws: ClusterError.turnedAway(reason: "no", remedy: "go", status: 78)) { try run.outcome?.get() }
    }

    @Test(
        "leaves before its first lease where its processor cannot run the plan's kernels",
        .enabled(if: OpenBLAS.family != nil, "only with kernels that a plan names: OPENBLAS_CORETYPE as `doctor` says"))
    func otherProcessor() throws {
        let planned = try #require(KernelFamily(rawValue: cluster.tiny.plan.numbers.kernels))
        let refusal = KernelsError.familyNotSupported(planned, processor: "an older one", missing: ["avx2"])
        let run = try cluster.start { settings in
            settings.selectKernels = { family in if family == planned { throw refusal } }
        }
        #expect(try cluster.play { run.outcome != nil })
        #expect(throws: refusal) { try run.outcome?.get() }
        #expect(refusal.exitStatus == .unavailable && cluster.ready == nil)
        #expect(try Folder.names(in: cluster.folder.file("scratch")).isEmpty)
    }
}
