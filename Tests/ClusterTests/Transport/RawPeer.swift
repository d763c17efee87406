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
        prepare(socket)
        zmq_connect(socket, endpoint)
    }

    deinit {
        zmq_close(socket)
        zmq_ctx_term(context)
    }

    func send(_ frames: [[UInt8]]) {
        for (index, frame) in frames.enumerated() {
            zmq_send(socket, frame, frame.count, index + 1 < frames.count ? ZMQ_SNDMORE : 0)
        }
    }
}

/// A header with chosen parts.
func header(magic: String = "UNEU", version: UInt16 = MessageHeader.version, kind: UInt16 = 7) -> [UInt8] {
    Array(magic.utf8) + [UInt8(version & 0xFF), UInt8(version >> 8), UInt8(kind & 0xFF), UInt8(kind >> 8)]
}
