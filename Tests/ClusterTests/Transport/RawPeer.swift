import CZeroMQ

@testable import Cluster

/// A dealer without manners: it sends whatever frames it is given.
final class RawPeer {
    private let context: UnsafeMutableRawPointer?
    private let socket: UnsafeMutableRawPointer?

    init(_ endpoint: String, type: Int32 = ZMQ_DEALER, prepare: (UnsafeMutableRawPointer?) -> Void = { _ in }) {
        context = zmq_ctx_new()
        socket = zmq_socket(context, type)
        var zero: Int32 = 0
        zmq_setsockopt(socket, ZMQ_LINGER, &zero, MemoryLayout<Int32>.size)
        // Who was turned away before he said anything has nobody left to say it to, and would wait for ever.
        var limit: Int32 = 2_000
        zmq_setsockopt(socket, ZMQ_SNDTIMEO, &limit, MemoryLayout<Int32>.size)
        prepare(socket)
        zmq_connect(socket, endpoint)
    }

    /// One that listens, as a router.
    init(listeningAt endpoint: String) {
        context = zmq_ctx_new()
        socket = zmq_socket(context, ZMQ_ROUTER)
        var zero: Int32 = 0
        zmq_setsockopt(socket, ZMQ_LINGER, &zero, MemoryLayout<Int32>.size)
        zmq_bind(socket, endpoint)
    }

    deinit {
        zmq_close(socket)
        zmq_ctx_term(context)
    }

    /// The frames of the next message; nil when none comes.
    func receive(within milliseconds: Int = patience) -> [[UInt8]]? {
        var limit = Int32(milliseconds)
        zmq_setsockopt(socket, ZMQ_RCVTIMEO, &limit, MemoryLayout<Int32>.size)
        var frames: [[UInt8]] = []
        var more: Int32 = 1
        while more != 0 {
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = Int(zmq_recv(socket, &bytes, bytes.count, 0))
            guard count >= 0 else { return nil }
            frames.append(Array(bytes.prefix(count)))
            var size = MemoryLayout<Int32>.size
            zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size)
        }
        return frames
    }

    /// - Returns: whether the library has taken all of them.
    @discardableResult
    func send(_ frames: [[UInt8]]) -> Bool {
        var hasTaken = true
        for (index, frame) in frames.enumerated() {
            hasTaken = zmq_send(socket, frame, frame.count, index + 1 < frames.count ? ZMQ_SNDMORE : 0) >= 0 && hasTaken
        }
        return hasTaken
    }
}

extension RawPeer {
    /// One that has keys, and does not wait long for room in its queue.
    convenience init(_ endpoint: Endpoint, with pair: KeyPair, server: PublicKey) {
        self.init(endpoint.description) { socket in
            for (option, text) in [
                (ZMQ_CURVE_SERVERKEY, server.z85), (ZMQ_CURVE_PUBLICKEY, pair.publicKey.z85), (ZMQ_CURVE_SECRETKEY, pair.secretKey),
            ] { zmq_setsockopt(socket, option, text, text.utf8.count) }
            var limit: Int32 = 100
            zmq_setsockopt(socket, ZMQ_SNDTIMEO, &limit, MemoryLayout<Int32>.size)
        }
    }
}

/// A header with chosen parts.
func header(magic: String = "UNEU", version: UInt16 = MessageHeader.version, kind: UInt16 = 7) -> [UInt8] {
    Array(magic.utf8) + [UInt8(version & 0xFF), UInt8(version >> 8), UInt8(kind & 0xFF), UInt8(kind >> 8)]
}
