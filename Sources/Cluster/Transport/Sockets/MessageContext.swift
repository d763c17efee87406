import CZeroMQ

/// What the sockets of a process share: the library's threads that do the input and output.
///
/// Every socket keeps its context; the context ends, threads and descriptors with it, when the last of them is gone. It never waits for
/// messages that were not sent yet. Any thread may use it.
public final class MessageContext: @unchecked Sendable {
    let handle: UnsafeMutableRawPointer

    /// A context with threads of its own.
    ///
    /// - Parameters:
    ///   - ioThreads: Threads for input and output; one serves some gigabytes a second.
    ///   - maximumSockets: How many sockets may be open at once (connections that were accepted do not count).
    /// - Throws: `ClusterError.refused`.
    public init(ioThreads: Int = 1, maximumSockets: Int = 4096) throws {
        guard let handle = zmq_ctx_new() else { throw ClusterError.lastFailure(of: "creating a messaging context") }
        self.handle = handle
        guard
            zmq_ctx_set(handle, ZMQ_IO_THREADS, Int32(clamping: ioThreads)) == 0,
            zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, Int32(clamping: maximumSockets)) == 0
        else { throw ClusterError.lastFailure(of: "setting up a messaging context") }
    }

    deinit {
        // Returns once the library has let go of every descriptor; a signal only interrupts the wait.
        while zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
    }

    /// A new handle of a socket, for one thread at a time.
    func open(_ type: Int32) throws -> UnsafeMutableRawPointer {
        guard let socket = zmq_socket(handle, type) else { throw ClusterError.lastFailure(of: "opening a socket") }
        return socket
    }
}
