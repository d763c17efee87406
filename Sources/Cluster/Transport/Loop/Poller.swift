import CZeroMQ

/// Waits until a socket has a message, a wakeup was signalled, or a time is over.
///
///     let poller = Poller()
///     poller.watch(socket)
///     poller.watch(wakeup)
///     let ready = try poller.wait(milliseconds: 1_000)
///     if ready.hasMessages(socket) { while let reception = try socket.receive() { … } }
///     if ready.wasSignalled(wakeup) { … mailbox.drain() … }
///
/// Belongs to the thread of its sockets.
public final class Poller {
    /// What a wait ended with.
    public struct Ready {
        fileprivate var readable: Set<ObjectIdentifier> = []
        fileprivate var writable: Set<ObjectIdentifier> = []

        /// Whether nothing happened in the time given.
        public var isEmpty: Bool { readable.isEmpty && writable.isEmpty }
        /// Whether a message can be received.
        public func hasMessages(_ socket: MessageSocket) -> Bool { readable.contains(ObjectIdentifier(socket)) }
        /// Whether a message can be sent; only known of sockets watched for it.
        public func hasRoom(_ socket: MessageSocket) -> Bool { writable.contains(ObjectIdentifier(socket)) }
        /// Whether the wakeup was signalled since the last wait; its signals are forgotten now.
        public func wasSignalled(_ wakeup: Wakeup) -> Bool { readable.contains(ObjectIdentifier(wakeup)) }
    }

    private var sockets: [(socket: MessageSocket, forRoom: Bool)] = []
    private var wakeups: [Wakeup] = []

    /// A poller that watches nothing yet.
    public init() {}

    /// Watches a socket for messages.
    ///
    /// - Parameters:
    ///   - socket: A socket of this thread; a closed one is passed over.
    ///   - forRoom: Also wait for room in its send queues: only while there is something to send, or every wait ends at once. (A router
    ///     always has room for someone.)
    public func watch(_ socket: MessageSocket, forRoom: Bool = false) {
        stopWatching(socket)
        sockets.append((socket, forRoom))
    }

    /// Watches a wakeup.
    public func watch(_ wakeup: Wakeup) {
        if !wakeups.contains(where: { $0 === wakeup }) { wakeups.append(wakeup) }
    }

    /// Watches a socket no longer.
    public func stopWatching(_ socket: MessageSocket) { sockets.removeAll { $0.socket === socket } }

    /// Waits.
    ///
    /// - Parameter milliseconds: How long at most; nil for as long as it takes, 0 to look only.
    /// - Throws: `ClusterError.refused`.
    public func wait(milliseconds: Int?) throws -> Ready {
        var items: [zmq_pollitem_t] = []
        var owners: [AnyObject] = []
        for (socket, forRoom) in sockets {
            guard let handle = socket.handle else { continue }
            items.append(zmq_pollitem_t(socket: handle, fd: 0, events: Int16(ZMQ_POLLIN | (forRoom ? ZMQ_POLLOUT : 0)), revents: 0))
            owners.append(socket)
        }
        for wakeup in wakeups {
            items.append(zmq_pollitem_t(socket: nil, fd: wakeup.descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
            owners.append(wakeup)
        }
        try Self.poll(&items, milliseconds: milliseconds)
        var ready = Ready()
        for (item, owner) in zip(items, owners) {
            if item.revents & Int16(ZMQ_POLLIN) != 0 { ready.readable.insert(ObjectIdentifier(owner)) }
            if item.revents & Int16(ZMQ_POLLOUT) != 0 { ready.writable.insert(ObjectIdentifier(owner)) }
            // Before the mailboxes are drained: what is posted in between wakes the next wait.
            if item.revents != 0, let wakeup = owner as? Wakeup { wakeup.clear() }
        }
        return ready
    }

    /// Polls, again for the rest of the time when a signal interrupts it.
    static func poll(_ items: inout [zmq_pollitem_t], milliseconds: Int?) throws {
        let clock = ContinuousClock()
        let end = milliseconds.map { clock.now + .milliseconds(max(0, $0)) }
        var timeout = milliseconds.map { max(0, $0) } ?? -1
        while zmq_poll(&items, Int32(items.count), timeout) < 0 {
            guard zmq_errno() == EINTR else { throw ClusterError.lastFailure(of: "waiting for messages") }
            if let end { timeout = max(0, Int((end - clock.now) / .milliseconds(1))) }
        }
    }
}
