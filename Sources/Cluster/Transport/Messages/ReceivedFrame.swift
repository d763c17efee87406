import CZeroMQ

/// One frame as the library received it, without a copy; its memory goes back when the last reference to it does.
///
/// Any thread may read it. Sendable because nothing changes it once it was received.
public final class ReceivedFrame: @unchecked Sendable {
    let message: UnsafeMutablePointer<zmq_msg_t>

    /// A frame to receive into.
    init() {
        message = .allocate(capacity: 1)
        message.initialize(to: zmq_msg_t())
        zmq_msg_init(message)
    }

    /// A frame of given bytes, as if received.
    convenience init(copying bytes: [UInt8]) throws {
        self.init()
        guard !bytes.isEmpty else { return }
        guard zmq_msg_init_size(message, bytes.count) == 0, let start = zmq_msg_data(message) else {
            throw ClusterError.lastFailure(of: "taking memory for a frame")
        }
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: start, count: bytes.count).copyMemory(from: $0) }
    }

    deinit {
        zmq_msg_close(message)
        message.deallocate()
    }

    /// Its size in bytes.
    public var count: Int { zmq_msg_size(message) }

    /// Calls `body` with the frame's bytes, which are valid until it returns.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) {
            try body(UnsafeRawBufferPointer(start: zmq_msg_data(message), count: zmq_msg_size(message)))
        }
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// Whether another frame of the same message follows.
    var hasMore: Bool { zmq_msg_more(message) != 0 }

    /// What the library knows about the connection that the frame came through.
    func property(_ name: String) -> String? { zmq_msg_gets(message, name).map { String(cString: $0) } }
}
