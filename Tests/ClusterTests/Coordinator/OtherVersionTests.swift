import Foundation
import Kernels
import Pipeline
import SmallRuns
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("Processes that speak different versions of the protocol", .serialized)
struct OtherVersionTests {
    private static let versions = [MessageHeader.version - 1, MessageHeader.version + 1]
    private static let body = Array("{}".utf8)

    /// Whether somebody was turned away with both versions and what to do.
    private func expectTurnedAway(_ frames: [[UInt8]]?, from other: UInt16) throws {
        let frames = try #require(frames)
        #expect(frames.first == MessageHeader(kind: .turnedAway).bytes)
        let end = try JSONDecoder().decode(TurnedAway.self, from: Data(try #require(frames.last)))
        #expect(end.reason.contains("version \(other) of the protocol") && end.reason.contains("version \(MessageHeader.version)"))
        #expect(end.remedy == "use the same version of the program everywhere" && end.status == 69)
    }

    @Test("a coordinator turns others away, and says which version they and it speak", arguments: versions)
    func coordinator(other: UInt16) throws {
        let folder = try TemporaryFolder()
        let tiny = try TinyPlan(in: folder)
        let context = try MessageContext()
        let log = RecordedLog()
        let settings = CoordinatorSettings(endpoint: try Endpoint(ipc: folder.file("c")), security: .privateFolder, messages: context)
        let job = JobContext(team: ThreadTeam(count: 1), logger: log.logger)
        let coordinator = try Coordinator(tiny.run, settings: settings, epoch: 1, in: context, context: job)
        let peer = RawPeer(coordinator.endpoint.description)
        peer.send([header(version: other, kind: MessageKind.workerHello.rawValue), Self.body])
        var frames: [[UInt8]]?
        #expect(
            try eventually {
                try coordinator.turn()
                frames = peer.receive(within: 10)
                return frames != nil
            })
        try expectTurnedAway(frames, from: other)
        #expect(coordinator.workers.isEmpty)
        #expect(log.contains("the peer speaks version \(other) of the protocol, this process version \(MessageHeader.version)"))
    }

    @Test("a reducer turns workers away, and takes what others bring", arguments: versions)
    func reducer(other: UInt16) throws {
        let stage = try ReducerStage()
        try stage.start()
        let worker = try stage.worker("honest")
        #expect(try stage.eventually { stage.heartbeat != nil })
        let peer = RawPeer(try #require(stage.hello).endpoint.description)
        peer.send([header(version: other, kind: MessageKind.offer.rawValue), Self.body])
        var frames: [[UInt8]]?
        #expect(
            try stage.eventually {
                frames = peer.receive(within: 10)
                return frames != nil
            })
        try expectTurnedAway(frames, from: other)
        worker.add(try stage.parcels.parcel(stage.parcels.tasks[0], from: "honest"))
        #expect(try stage.eventually { worker.parcels.isEmpty })
    }

    @Test("worker, reducer and status end with both versions where the coordinator speaks another", arguments: versions)
    func others(other: UInt16) throws {
        let folder = try TemporaryFolder()
        let endpoint = try Endpoint(ipc: folder.file("c"))
        let coordinator = RawPeer(listeningAt: endpoint.description)
        /// Answers everybody in its own version until something is so.
        func answers(until isSo: () -> Bool) -> Bool {
            eventually {
                if let frames = coordinator.receive(within: 10), let peer = frames.first {
                    coordinator.send([peer, header(version: other, kind: MessageKind.turnedAway.rawValue), Self.body])
                }
                return isSo()
            }
        }
        let expected = ClusterError.otherVersion(endpoint, theirs: other, ours: MessageHeader.version)
        #expect(expected.exitStatus == .unavailable && expected.remedy == "use the same version of the program everywhere")

        var settings = WorkerSettings(coordinator: endpoint, memory: 1 << 30, threads: 1, security: .privateFolder)
        settings.scratch = folder.file("scratch")
        let worker = WorkerRun(settings)
        #expect(answers { worker.outcome != nil })
        #expect(throws: expected) { try worker.outcome?.get() }

        let reducer = try RunningReducer(
            ReducerSettings(
                coordinator: endpoint, listen: try Endpoint(ipc: folder.file("r")), store: folder.file("store"),
                coordinatorSecurity: .privateFolder, listenSecurity: .privateFolder))
        #expect(answers { reducer.hasEnded })
        #expect(throws: expected) { try reducer.stopped() }

        let asked = ClientRun(endpoint)
        #expect(answers { asked.result != nil })
        #expect(throws: expected) { try asked.result?.get() }
    }
}
