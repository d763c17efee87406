@testable import Cluster

/// Somebody who connects to an endpoint and need not know the protocol.
struct Stranger {
    private struct NoPort: Error {}

    /// The greeting of ZMTP 3.0 without security, then a dealer's READY.
    static let handshake: [UInt8] = {
        let greeting: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0] + Array("NULL".utf8) + [UInt8](repeating: 0, count: 48)
        let ready: [UInt8] = [5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, 6] + Array("DEALER".utf8)
        return greeting + [4, UInt8(ready.count)] + ready
    }()

    private let connection: PlainConnection

    init(_ endpoint: Endpoint) throws {
        guard case .tcp(_, let port) = endpoint.transport else { throw NoPort() }
        connection = try PlainConnection(port: port)
    }

    func send(_ bytes: [UInt8]) { connection.send(bytes) }

    /// Whether the other side ends the connection, after whatever it still says.
    func isCutOff() -> Bool { connection.rest().isCutOff }
}
