@testable import Cluster

/// Somebody who asks over HTTP, in whatever way a test wants.
struct Browser {
    private let connection: PlainConnection

    init(_ address: MetricsAddress) throws { connection = try PlainConnection(port: address.port) }

    /// - Returns: whether the other side still takes something.
    @discardableResult
    func send(_ text: String) -> Bool { connection.send(Array(text.utf8)) }

    /// Everything that comes until the other side ends the connection.
    func rest() -> String { String(decoding: connection.rest().bytes, as: UTF8.self) }

    /// The answer to one request.
    static func get(_ path: String, at address: MetricsAddress, method: String = "GET") throws -> String {
        let browser = try Browser(address)
        browser.send("\(method) \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
        return browser.rest()
    }
}
