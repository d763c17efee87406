import Foundation
import SmallRuns
import Testing

@testable import Cluster

@Suite("An endpoint")
struct EndpointTests {
    @Test(
        "is read and written as people write it",
        arguments: [
            "tcp://coordinator.example:7400", "tcp://127.0.0.1:1", "tcp://0.0.0.0:*", "tcp://[::1]:65535", "tcp://[fe80::1%eth0]:7400",
            "ipc:///run/un/coordinator", "ipc:///tmp/with blank/ü",
        ])
    func good(text: String) throws {
        let endpoint = try Endpoint(text)
        #expect(endpoint.description == text)
        #expect(try JSONDecoder().decode([Endpoint].self, from: JSONEncoder().encode([endpoint])) == [endpoint])
    }

    @Test(
        "is refused with what is wrong, in one line",
        arguments: [
            "", "coordinator:7400", "udp://host:1", "inproc://x", "TCP://host:1", "tcp://", "tcp://host", "tcp://:7400", "tcp://host:",
            "tcp://host:0", "tcp://host:65536", "tcp://host:+7", "tcp://host:7400/x", "tcp://*:7400", "tcp://::1:7400", "tcp://[]:7400",
            "tcp://[x/y]:1", "tcp://a b:1", "tcp://1.2.3.4;5.6.7.8:1", "tcp://host:1\n", "tcp://host:١", "ipc://",
            "ipc:///", "ipc://relative",
            "ipc://@abstract", "ipc://*", "ipc:///a\u{0}b", "ipc:///dir/", "ipc:///" + String(repeating: "x", count: 107),
        ])
    func bad(text: String) throws {
        let error = #expect(throws: ClusterError.self) { try Endpoint(text) }
        #expect(error?.exitStatus == .usage)
        #expect(error?.description.utf8.allSatisfy { $0 >= 0x20 } == true)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Endpoint].self, from: JSONEncoder().encode([text])) }
    }

    @Test("tells before anything is begun whether a process could listen there, and is not taken by that")
    func isFree() throws {
        let folder = try TemporaryFolder()
        let context = try MessageContext()
        for text in ["tcp://127.0.0.1:*", "ipc://\(folder.file("socket").string)"] {
            let socket = try MessageSocket(.router, in: context, security: .insecure)
            try Endpoint(text).checkIsFree()
            let endpoint = try socket.bind(Endpoint(text))
            #expect(throws: ClusterError.endpointTaken(endpoint)) { try endpoint.checkIsFree() }
            if case .tcp(_, let port?) = endpoint.transport {
                let everywhere = try Endpoint("tcp://0.0.0.0:\(port)")
                #expect(throws: ClusterError.endpointTaken(everywhere)) { try everywhere.checkIsFree() }
            }
        }
        for text in ["tcp://192.0.2.1:7400", "tcp://no-such-interface:7400"] {
            let endpoint = try Endpoint(text)
            let error = #expect(throws: ClusterError.self) { try endpoint.checkIsFree() }
            #expect(error?.exitStatus == .unavailable && error?.message.contains("no such address") == true)
        }
    }

    @Test("of ipc may be as long as the system allows, and the error names that limit")
    func longPath() throws {
        _ = try Endpoint("ipc:///" + String(repeating: "x", count: 106))
        let error = #expect(throws: ClusterError.self) { try Endpoint("ipc:///" + String(repeating: "x", count: 107)) }
        #expect(error?.message.contains("108 bytes") == true && error?.message.contains("107") == true)
    }
}
