import Foundation
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

    @Test("of ipc may be as long as the system allows, and the error names that limit")
    func longPath() throws {
        _ = try Endpoint("ipc:///" + String(repeating: "x", count: 106))
        let error = #expect(throws: ClusterError.self) { try Endpoint("ipc:///" + String(repeating: "x", count: 107)) }
        #expect(error?.message.contains("108 bytes") == true && error?.message.contains("107") == true)
    }
}
