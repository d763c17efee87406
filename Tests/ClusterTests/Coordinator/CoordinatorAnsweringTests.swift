import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("A coordinator whose results are analysed, with another round to come", .serialized)
struct CoordinatorAnsweringTests {
    @Test("answers workers and people, changes nothing, and is itself again afterwards")
    func answers() throws {
        let folder = try TemporaryFolder()
        let tiny = try TinyPlan(in: folder)
        let context = try MessageContext()
        let settings = CoordinatorSettings(endpoint: try Endpoint(ipc: folder.file("c")), security: .privateFolder, messages: context)
        let job = JobContext(team: ThreadTeam(count: 1))
        let coordinator = try Coordinator(tiny.run, settings: settings, epoch: 7, in: context, context: job)
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: "peer")
        let peer = try MessageSocket(.dealer, in: context, security: .privateFolder, options: options)
        try peer.connect(coordinator.endpoint)
        let id = WorkerID("peer")

        func ask<Answer: Decodable>(_ kind: MessageKind, _ body: some Encodable & Sendable, for expected: MessageKind) throws -> Answer {
            let outcome = try peer.send(OutgoingMessage(kind, body))
            #expect(outcome == .sent)
            while let message = try nextMessage(peer) {
                guard message.kind == expected else { continue }
                if expected == .welcome { return try message.body() }
                return try message.body(as: LongBody.self).value(of: expected, in: message.payload)
            }
            throw ClusterError.noAnswer(coordinator.endpoint, seconds: patience / 1_000)
        }

        struct Refused: Error {}
        let found = try coordinator.answer {
            let welcome: Welcome = try ask(
                .workerHello, WorkerHello(worker: id, host: "h", process: 1, program: ""), for: .welcome)
            #expect(welcome.epoch == 7)
            let status: ClusterStatus = try eventuallyAnalysed { try ask(.statusRequest, StatusRequest(), for: .status) }
            let reply: ControlReply = try ask(.control, ControlOrder(.cancel), for: .controlReply)
            #expect(reply.refusal?.reason == "the results are being analysed")
            return status.waitingBecause
        }
        #expect(found == "the results are analysed")
        #expect(coordinator.scheduler.outcome == nil && coordinator.workers[id] != nil)
        #expect(throws: Refused.self) { try coordinator.answer { throw Refused() } }
        // Its own thread has it again.
        let outcome = try peer.send(OutgoingMessage(.left, id))
        #expect(outcome == .sent)
        #expect(
            try eventually {
                try coordinator.turn()
                return coordinator.workers[id] == nil
            })
        withExtendedLifetime(peer) {}
    }

    /// A status that says so: the first moment it may not.
    private func eventuallyAnalysed(_ status: () throws -> ClusterStatus) throws -> ClusterStatus {
        var found = try status()
        _ = try eventually {
            found = try status()
            return found.waitingBecause != nil
        }
        return found
    }
}
