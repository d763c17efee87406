import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("A coordinator that listens where another one did", .serialized)
struct MeantCoordinatorTests {
    private let folder: TemporaryFolder
    private let coordinator: Coordinator

    init() throws {
        folder = try TemporaryFolder()
        let tiny = try TinyPlan(in: folder)
        let context = try MessageContext()
        let settings = CoordinatorSettings(endpoint: try Endpoint(ipc: folder.file("c")), security: .privateFolder, messages: context)
        coordinator = try Coordinator(
            tiny.run, settings: settings, epoch: 1, in: context, context: JobContext(team: ThreadTeam(count: 1)))
    }

    @Test("answers those who mean it or whichever listens; those who mean another one are told, and nothing is done for them")
    func meant() throws {
        let person = try coordinator.peer("person")
        func answer(_ kind: MessageKind, _ body: some Encodable & Sendable) throws -> IncomingMessage {
            try person.give(kind, body)
            var answer: IncomingMessage?
            _ = try coordinator.works {
                if case .message(let message)? = try person.receive() { answer = message }
                return answer != nil
            }
            return try #require(answer)
        }
        #expect(try answer(.statusRequest, StatusRequest()).kind == .status)
        #expect(try answer(.statusRequest, StatusRequest(coordinator: coordinator.token)).kind == .status)
        for token in ["", "another"] {
            let status = try answer(.statusRequest, StatusRequest(coordinator: token))
            #expect(status.kind == .otherCoordinator)
            #expect(try status.body(as: OtherCoordinator.self).run == "tiny")
            #expect(try answer(.control, ControlOrder(.cancel, coordinator: token)).kind == .otherCoordinator)
        }
        #expect(coordinator.outcome == nil && coordinator.scheduler.outcome == nil)
        #expect(try answer(.control, ControlOrder(.cancel, coordinator: coordinator.token)).kind == .controlReply)
        #expect(try coordinator.works { coordinator.outcome == .cancelled })
    }

    @Test("is not found by the address of another one, nor by one that has no token: the file is of an earlier version")
    func clients() throws {
        let own = CoordinatorAddress(coordinator.endpoint, token: coordinator.token)
        let json = try JSONFile.encode(own, isPretty: false)
        #expect(try json.withUnsafeBytes { try JSONFile.decode(CoordinatorAddress.self, from: $0, of: "address") } == own)
        let old = Array(#"{"endpoint": "\#(own.endpoint)", "host": "h", "process": 1}"#.utf8)
        let earlier = try old.withUnsafeBytes { try JSONFile.decode(CoordinatorAddress.self, from: $0, of: "address") }
        let other = CoordinatorAddress(coordinator.endpoint, token: "another")
        try coordinator.answer { () throws -> Void in
            func status(_ address: CoordinatorAddress?) throws -> ClusterStatus {
                try ClusterClient(own.endpoint, of: address, security: .privateFolder, in: try MessageContext()).status(seconds: 60)
            }
            #expect(try status(nil).run == "tiny")
            #expect(try status(own).run == "tiny")
            for address in [earlier, other] {
                #expect(throws: ClusterError.otherCoordinator(own.endpoint, run: "tiny")) { try status(address) }
            }
        }
    }

    @Test("is not asked for where its process was one of this host and is gone, unless somebody owns the run")
    func gone() throws {
        let run = RunFolder(folder.file("owned"))
        try LocalFiles().createFolder(run.path)
        let own = CoordinatorAddress(coordinator.endpoint, token: "")
        #expect(!own.isGone(from: run))
        // No system has so many processes.
        let text = #"{"endpoint": "\#(own.endpoint)", "host": "HOST", "process": 2147483647, "token": ""}"#
        func address(of host: String) throws -> CoordinatorAddress {
            let json = Array(text.replacing("HOST", with: host).utf8)
            return try json.withUnsafeBytes { try JSONFile.decode(CoordinatorAddress.self, from: $0, of: "address") }
        }
        #expect(try address(of: own.host).isGone(from: run))
        #expect(try !address(of: "elsewhere").isGone(from: run))
        let lock = try FolderLock(run.path)
        let isGone = try withExtendedLifetime(lock) { try address(of: own.host).isGone(from: run) }
        #expect(!isGone)
    }
}
