import CZeroMQ

/// Hands single frames to the library and takes them from it, without waiting.
enum FrameTransfer {
    /// Sends a copy of bytes.
    static func send(_ bytes: [UInt8], on socket: UnsafeMutableRawPointer, hasMore: Bool) throws -> SendOutcome {
        try outcome { zmq_send(socket, bytes, bytes.count, flags(hasMore)) }
    }

    /// Sends a payload frame from where it lies; the library keeps it until the bytes are on their way.
    static func send(_ frame: PayloadFrame, on socket: UnsafeMutableRawPointer, hasMore: Bool) throws -> SendOutcome {
        var message = zmq_msg_t()
        guard let start = frame.memory.baseAddress, frame.count > 0 else {
            return try outcome { zmq_send(socket, nil, 0, flags(hasMore)) }
        }
        let kept = Unmanaged.passRetained(frame)
        let made = zmq_msg_init_data(
            &message, UnsafeMutableRawPointer(mutating: start), frame.count,
            { _, kept in if let kept { Unmanaged<PayloadFrame>.fromOpaque(kept).release() } }, kept.toOpaque())
        guard made == 0 else {
            kept.release()
            throw ClusterError.lastFailure(of: "taking memory for a frame")
        }
        do {
            let outcome = try outcome { zmq_msg_send(&message, socket, flags(hasMore)) }
            if outcome != .sent { zmq_msg_close(&message) }
            return outcome
        } catch {
            zmq_msg_close(&message)
            throw error
        }
    }

    /// The next frame, or nil when there is none.
    static func receive(_ socket: UnsafeMutableRawPointer) throws -> ReceivedFrame? {
        let frame = ReceivedFrame()
        while zmq_msg_recv(frame.message, socket, ZMQ_DONTWAIT) < 0 {
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return nil
            default: throw ClusterError.lastFailure(of: "receiving")
            }
        }
        return frame
    }

    private static func flags(_ hasMore: Bool) -> Int32 { hasMore ? ZMQ_DONTWAIT | ZMQ_SNDMORE : ZMQ_DONTWAIT }

    private static func outcome(_ call: () -> Int32) throws -> SendOutcome {
        while call() < 0 {
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return .full
            case EHOSTUNREACH: return .unknownPeer
            default: throw ClusterError.lastFailure(of: "sending")
            }
        }
        return .sent
    }
}
