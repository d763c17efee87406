import Diagnostics
import Foundation
import Testing

@testable import Cluster

@Suite("The address of metrics")
struct MetricsAddressTests {
    @Test("is read as it is written", arguments: ["127.0.0.1:9400", "[::1]:9400", "0.0.0.0:*", "node-7.example:80"])
    func read(text: String) throws {
        let address = try MetricsAddress(text)
        #expect(address.description == text)
        #expect(try JSONDecoder().decode(MetricsAddress.self, from: JSONEncoder().encode(address)) == address)
    }

    @Test(
        "is refused where it is none, with what is wrong with it",
        arguments: [
            ("", "port is missing"), ("9400", "port is missing"), (":9400", "host is missing"), ("h:0", "1 to 65535"),
            ("h:65536", "1 to 65535"), ("h:x", "1 to 65535"), ("::1:9400", "brackets"), ("http://h:9400", "brackets"), ("a b:1", "a name"),
        ])
    func refused(text: String, problem: String) {
        #expect {
            try MetricsAddress(text)
        } throws: { error in
            guard case ClusterError.badMetricsAddress(_, let found)? = error as? ClusterError else { return false }
            return found.contains(problem) && (error as? ClusterError)?.exitStatus == .usage
        }
    }
}
