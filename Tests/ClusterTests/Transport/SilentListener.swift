import Glibc

@testable import Cluster

/// Somebody who listens, takes part in the handshake, and then says nothing more.
final class SilentListener {
    private struct NotListening: Error {}

    /// Where it listens.
    let endpoint: Endpoint
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isListening else { throw NotListening() }
        endpoint = try Endpoint("tcp://127.0.0.1:\(UInt16(bigEndian: address.sin_port))")
        var limit = timeval(tv_sec: patience / 1_000, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Takes the next connection and hears what is said there, until the other side ends it; nil where none comes.
    func hear() -> [UInt8]? {
        let accepted = accept(descriptor, nil, nil)
        guard accepted >= 0 else { return nil }
        let connection = PlainConnection(descriptor: accepted)
        connection.send(Stranger.handshake)
        let (bytes, isCutOff) = connection.rest()
        return isCutOff ? bytes : nil
    }
}
