import Glibc

@testable import Cluster

/// A TCP connection to a port of this machine, by somebody who need not know any protocol.
final class PlainConnection {
    private struct NotConnected: Error {}

    private let descriptor: Int32

    /// A connection that was accepted; what is then read is waited for no longer than tests wait.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: patience / 1_000, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Connects.
    convenience init(port: UInt16?) throws {
        guard let port else { throw NotConnected() }
        self.init(descriptor: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let descriptor = descriptor
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw NotConnected() }
    }

    deinit { close(descriptor) }

    /// - Returns: whether the other side still takes something.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool { Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count }

    /// Everything that comes until the other side ends the connection, and whether it did.
    func rest() -> (bytes: [UInt8], isCutOff: Bool) {
        var all: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &bytes, bytes.count, 0)
            guard count > 0 else { return (all, count == 0 || errno == ECONNRESET) }
            all += bytes[..<count]
        }
    }
}
