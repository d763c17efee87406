import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("Connections to a coordinator that end", .serialized)
struct LostConnectionsTests {
    private let folder: TemporaryFolder
    private let log = RecordedLog()
    private let coordinator: Coordinator

    init() throws {
        folder = try TemporaryFolder()
        let tiny = try TinyPlan(in: folder)
        let context = try MessageContext()
        let settings = CoordinatorSettings(endpoint: try Endpoint(ipc: folder.file("c")), security: .privateFolder, messages: context)
        coordinator = try Coordinator(
            tiny.run, settings: settings, epoch: 1, in: context, context: JobContext(team: ThreadTeam(count: 1), logger: log.logger))
    }

    @Test("are judged once: each uses up a goodbye that was said or a handshake that failed, and what is lost stays lost")
    func judged() {
        let counters = TransportCounters()
        func lost(ended: Int) -> Int {
            for _ in 0..<ended { counters.countEndedConnection() }
            counters.judge(counters.snapshot.connectionsToJudge)
            return counters.snapshot.connectionsLost
        }
        #expect(lost(ended: 1) == 1)
        counters.countGoodbye()
        counters.countFailedHandshake()
        #expect(lost(ended: 0) == 1 && lost(ended: 2) == 1 && lost(ended: 1) == 2)
        // A goodbye of somebody who is still there takes nothing back.
        counters.countGoodbye()
        counters.judge(5)
        #expect(counters.snapshot.connectionsLost == 2 && counters.snapshot.connectionsEnded == 4)
    }

    @Test("without a goodbye are counted and logged, as after a frame that is too large; those of people who had their answer are not")
    func lost() throws {
        let person = try coordinator.peer("person")
        try person.give(.statusRequest, StatusRequest())
        var isAnswered = false
        _ = try coordinator.works {
            if case .message? = try person.receive() { isAnswered = true }
            return isAnswered
        }
        person.close()
        #expect(try coordinator.works { coordinator.socket.counters.snapshot.connectionsEnded == 1 })
        #expect(isAnswered && coordinator.status.connectionsLost == 0 && !log.contains("without a goodbye"))

        let hostile = RawPeer(coordinator.endpoint.description)
        hostile.send([header(), Array("{}".utf8), [UInt8](repeating: 1, count: 5 << 20)])
        #expect(try coordinator.works { log.contains("dropped connection: it ended without a goodbye") })
        #expect((coordinator.status.connectionsLost ?? 0) > 0)
        #expect(coordinator.socket.counters.snapshot.allRefused == 0)
        // Whoever asks is connected while he is answered, and hides nothing of what the log has told.
        for _ in 0..<3 {
            let lost = coordinator.socket.counters.snapshot.connectionsLost
            let client = ClientRun(coordinator.endpoint)
            #expect(try coordinator.works { client.result != nil })
            #expect(try (client.result?.get().connectionsLost ?? 0) >= max(1, lost))
        }
        withExtendedLifetime(hostile) {}
    }
}
