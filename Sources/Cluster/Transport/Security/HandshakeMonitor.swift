import CZeroMQ
import Synchronization

/// Hears from the library about a socket's connections and the handshakes that failed.
///
/// One thread at a time may use it; Sendable so that it can be handed over.
final class HandshakeMonitor: @unchecked Sendable {
    /// What a socket's handshakes come to.
    enum Event: Sendable {
        /// Somebody connected, and has said nothing yet.
        case accepted
        /// It came to nothing; the address is the one that the library names.
        case failed(HandshakeFailure, address: String)
    }

    private static let number = Atomic<Int>(0)

    /// The socket that the events arrive at, nil when the monitored socket was closed.
    private(set) var handle: UnsafeMutableRawPointer?
    private let context: MessageContext
    /// Where connections are counted that end; nil: nowhere.
    private let counters: TransportCounters?

    /// - Parameters:
    ///   - socket: The socket to hear about; to be called on its thread.
    ///   - context: Its context.
    ///   - counters: Where connections are counted that end, of a socket that listens.
    init(of socket: UnsafeMutableRawPointer, in context: MessageContext, counting counters: TransportCounters? = nil) throws {
        self.context = context
        self.counters = counters
        let address = "inproc://handshakes.\(Self.number.wrappingAdd(1, ordering: .relaxed).newValue)"
        let events =
            ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
            | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_MONITOR_STOPPED
        guard zmq_socket_monitor(socket, address, events) == 0 else { throw ClusterError.lastFailure(of: "watching a socket") }
        let handle = try context.open(ZMQ_PAIR)
        self.handle = handle
        var zero: Int32 = 0
        // No bounds: with bounds the library's own thread would wait here for a slow reader. An event is some 40 bytes.
        zmq_setsockopt(handle, ZMQ_RCVHWM, &zero, MemoryLayout<Int32>.size)
        zmq_setsockopt(handle, ZMQ_LINGER, &zero, MemoryLayout<Int32>.size)
        guard zmq_connect(handle, address) == 0 else {
            let error = ClusterError.lastFailure(of: "watching a socket")
            close()
            throw error
        }
    }

    deinit { close() }

    /// What failed since the last call, the oldest first.
    func failures() throws -> [HandshakeFailure] {
        try events().compactMap { if case .failed(let failure, _) = $0 { failure } else { nil } }
    }

    /// What happened since the last call, the oldest first.
    func events() throws -> [Event] {
        var events: [Event] = []
        while let handle, let first = try FrameTransfer.receive(handle) {
            let address = first.hasMore ? try FrameTransfer.receive(handle)?.bytes ?? [] : []
            // An event is a 16-bit number and a 32-bit value in the machine's byte order, without a gap.
            guard first.count == 6 else { continue }
            let (event, value) = first.withBytes { bytes in
                (bytes.loadUnaligned(as: UInt16.self), bytes.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
            }
            switch Int32(event) {
            case ZMQ_EVENT_MONITOR_STOPPED: close()
            case ZMQ_EVENT_ACCEPTED: events.append(.accepted)
            // Also behind a handshake that has failed.
            case ZMQ_EVENT_DISCONNECTED: counters?.countEndedConnection()
            default:
                guard let failure = HandshakeFailure(event: event, value: value) else { continue }
                counters?.countFailedHandshake()
                events.append(.failed(failure, address: LogText.line(String(decoding: address, as: UTF8.self))))
            }
        }
        return events
    }

    private func close() {
        if let handle { zmq_close(handle) }
        handle = nil
    }
}
