import Foundation
import Scheduling
import Storage
import SystemPackage
import Testing

@testable import Cluster
@testable import Pipeline

/// What happens while a lease is compressed.
extension WorkerProcessTests {
    private func lease(_ number: Int) -> LeaseID { LeaseID(epoch: 1, number: number) }

    /// Starts a worker that compresses the first lease, of shard 0, until the gate is open, and gives it another one of shard 3.
    private func compressingWorker(
        _ gate: EncodingGate, groups: [Int] = [2], _ change: (inout WorkerSettings) -> Void = { _ in }
    ) throws -> WorkerRun {
        let run = try readyWorker {
            $0.beforeEncoding = { gate.pass($0) }
            change(&$0)
        }
        try cluster.grant(0, shard: 0, groups: groups)
        try #require(try cluster.play { gate.leases == [0] })
        try cluster.grant(1, shard: 3, groups: groups)
        return run
    }

    @Test("computes the next lease while the last one is compressed, with the same bits")
    func overlap() throws {
        let gate = EncodingGate()
        defer { gate.open() }
        let run = try compressingWorker(gate, groups: [0, 1, 2])
        #expect(try cluster.play { cluster.heartbeat?.computing == lease(1) })
        // A third one does not begin: one lease at a time is compressed.
        try cluster.grant(2, shard: 2, groups: [1])
        #expect(try cluster.play { cluster.heartbeat?.leases == (0..<3).map(lease) })
        let heartbeats = cluster.heartbeats
        #expect(try cluster.play { cluster.heartbeats > heartbeats + 1 })
        #expect(cluster.heartbeat?.computing == lease(1) && gate.leases == [0] && cluster.offers.isEmpty && cluster.done.isEmpty)
        gate.open()
        let tasks = [0, 3].flatMap { shard in (0..<3).map { TaskID(shard: shard, group: $0) } } + [TaskID(shard: 2, group: 1)]
        #expect(try cluster.play { isDone(tasks) })
        #expect(gate.leases == [0, 1, 2] && cluster.failed.isEmpty && cluster.returned.isEmpty)
        for task in tasks { try checkParcels(of: task) }
        try finish(run)
    }

    @Test("compresses a lease before the next one where its memory does not hold both")
    func noRoom() throws {
        let gate = EncodingGate()
        defer { gate.open() }
        let computer = cluster.tiny.run.computer
        let memory = computer.bytes(of: [0, 1, 2], beside: 0)
        try #require(computer.bytes(of: [0, 1, 2], beside: computer.encodingBytes(of: [0, 1, 2])) > memory)
        let run = try compressingWorker(gate, groups: [0, 1, 2]) { $0.memory = memory }
        #expect(try cluster.play { cluster.heartbeat?.leases == [lease(0), lease(1)] })
        // By the second heartbeat it has looked for work.
        let heartbeats = cluster.heartbeats
        #expect(try cluster.play { cluster.heartbeats > heartbeats + 1 })
        #expect(cluster.heartbeat?.computing == lease(0))
        gate.open()
        let tasks = [0, 3].flatMap { shard in (0..<3).map { TaskID(shard: shard, group: $0) } }
        #expect(try cluster.play { isDone(tasks) })
        for task in tasks { try checkParcels(of: task) }
        try finish(run)
    }

    @Test("gives back what is compressed and what is computed when it is stopped at once, and leaves no file")
    func stopsCompressing() throws {
        let gate = EncodingGate()
        defer { gate.open() }
        let run = try compressingWorker(gate)
        #expect(try cluster.play { cluster.heartbeat?.computing == lease(1) })
        run.stopNow.raise()
        #expect(try cluster.play { run.outcome != nil && cluster.hasLeft })
        #expect(cluster.returned.sorted() == [lease(0), lease(1)] && cluster.offers.isEmpty)
        #expect(try run.outcome?.get() == .some(nil))
        gate.open()
        #expect(try Folder.names(in: cluster.folder.file("scratch")).isEmpty)
    }

    @Test("asked to stop, brings away what is compressed and what is computed")
    func drainsCompressing() throws {
        let gate = EncodingGate()
        defer { gate.open() }
        let run = try compressingWorker(gate) { $0.drain = 10 * patience }
        #expect(try cluster.play { cluster.heartbeat?.computing == lease(1) })
        run.stop.raise()
        #expect(try cluster.play { cluster.isDraining })
        #expect(run.outcome == nil)
        gate.open()
        #expect(try cluster.play { isDone([TaskID(shard: 0, group: 2), TaskID(shard: 3, group: 2)]) })
        cluster.end(0)
        cluster.end(1)
        #expect(try cluster.play { run.outcome != nil && cluster.hasLeft })
        #expect(cluster.returned.isEmpty && cluster.failed.isEmpty)
    }

    @Test("sends nothing of a lease that is revoked while it is compressed, and goes on with the next")
    func revokedCompressing() throws {
        let gate = EncodingGate()
        defer { gate.open() }
        let run = try compressingWorker(gate)
        try cluster.say(.revoke, lease(0))
        #expect(try cluster.play { cluster.heartbeat?.leases == [lease(1)] })
        gate.open()
        #expect(try cluster.play { isDone([TaskID(shard: 3, group: 2)]) })
        #expect(cluster.offers.allSatisfy { $0.offer.parcel.task.shard == 3 } && cluster.failed.isEmpty)
        try finish(run)
    }

    @Test("reports the tasks of a lease that cannot be compressed, and goes on with the next")
    func failsCompressing() throws {
        let broken = StorageError(.ioError, .write, cluster.folder.file("scratch"))
        let run = try readyWorker {
            $0.beforeEncoding = { if $0.number == 0 { throw broken } }
        }
        try cluster.grant(0, shard: 0, groups: [0, 1])
        try cluster.grant(1, shard: 3, groups: [2])
        #expect(try cluster.play { isDone([TaskID(shard: 3, group: 2)]) && cluster.failed.count == 2 })
        #expect(Set(cluster.failed.map(\.task)) == [TaskID(shard: 0, group: 0), TaskID(shard: 0, group: 1)])
        #expect(cluster.failed.allSatisfy { $0.failure.reason == broken.description })
        try checkParcels(of: TaskID(shard: 3, group: 2))
        try finish(run)
    }
}
