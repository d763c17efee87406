import CZeroMQ
import SystemPackage

/// A socket that carries whole messages: a router (coordinator, reducer) talks with many peers, a dealer (worker) with the one it
/// connects to.
///
/// It belongs to the thread that made it: only that thread may use, close and release it. Nothing here waits; a `Poller` does.
/// Peers that go away are connected to again with growing pauses. A connection that died in silence is found by the heartbeats of whoever
/// connects, and by a router's kernel.
public final class MessageSocket {
    /// What a socket does with addresses.
    public enum Kind: Sendable, Hashable {
        /// Names each message's sender, and needs the name to send.
        case router
        /// Sends to whom it is connected to, in turn.
        case dealer
    }

    /// What it does with addresses.
    public let kind: Kind
    /// How it behaves.
    public let options: SocketOptions
    /// What passes through it; may be shared with other threads, for the metrics.
    public let counters: TransportCounters

    /// The library's socket, nil once it is closed.
    private(set) var handle: UnsafeMutableRawPointer?
    private let context: MessageContext
    private let security: Security
    /// Its own view of its handshakes and connections; nil where the authenticator has it.
    private var handshakes: HandshakeMonitor?
    private var lastFailure: HandshakeFailure?
    private var peerKeys = PeerKeyCache()
    /// Where a router's peers are.
    private var routes = PeerRoutes()

    /// A socket that listens and connects nowhere yet.
    ///
    /// - Parameters:
    ///   - kind: A router or a dealer.
    ///   - context: What it shares with the other sockets.
    ///   - security: What protects it.
    ///   - options: How it behaves.
    ///   - counters: Where it counts.
    /// - Throws: `ClusterError.refused`.
    public init(
        _ kind: Kind, in context: MessageContext, security: Security, options: SocketOptions = SocketOptions(),
        counters: TransportCounters = TransportCounters()
    ) throws {
        self.kind = kind
        self.context = context
        self.security = security
        self.options = options
        self.counters = counters
        handle = try context.open(kind == .router ? ZMQ_ROUTER : ZMQ_DEALER)
        do {
            try apply(options)
            try apply(security)
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    /// Closes the socket; what was not sent yet is dropped.
    public func close() {
        guard let open = handle else { return }
        handle = nil
        // First of all, while somebody still hears the news: with no one there the library's threads would wait for a listener.
        zmq_socket_monitor(open, nil, 0)
        handshakes = nil
        zmq_close(open)
    }

    /// Listens.
    ///
    /// - Returns: Where it really listens (`*` stands for any free port).
    /// - Throws: `ClusterError.endpointTaken`, `.endpointUnusable`, or what `Security` refuses: `.keysMissing`, `.wrongRole`,
    ///   `.folderNotPrivate`.
    @discardableResult
    public func bind(_ endpoint: Endpoint) throws -> Endpoint {
        let handle = try openHandle()
        try security.permit(endpoint, isListening: true)
        if case .ipc(let path) = endpoint.transport, LocalSocket.isAnswering(at: path) {
            // The library would remove the other process's socket and take its place.
            throw ClusterError.endpointTaken(endpoint)
        }
        try set(ZMQ_IPV6, endpoint.needsIPv6 ? 1 : 0)
        guard zmq_bind(handle, endpoint.description) == 0 else {
            throw ClusterError.failure(at: endpoint, code: zmq_errno(), isListening: true)
        }
        var name = [CChar](repeating: 0, count: 1024)
        var count = name.count
        guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &name, &count) == 0 else {
            throw ClusterError.lastFailure(of: "asking for a socket's address")
        }
        return try Endpoint(String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    /// Connects, now or whenever somebody listens there, and again after each loss of the connection.
    ///
    /// - Throws: `ClusterError.endpointUnusable`, or what `Security` refuses: `.keysMissing`, `.wrongRole`, `.folderNotPrivate`.
    public func connect(_ endpoint: Endpoint) throws {
        let handle = try openHandle()
        guard endpoint.isConcrete else {
            throw ClusterError.endpointUnusable(endpoint, problem: "it names no single host and port to connect to")
        }
        try security.permit(endpoint, isListening: false)
        try set(ZMQ_IPV6, endpoint.needsIPv6 ? 1 : 0)
        guard zmq_connect(handle, endpoint.description) == 0 else {
            throw ClusterError.failure(at: endpoint, code: zmq_errno(), isListening: false)
        }
    }

    /// Ends the connection to an endpoint; what was not sent yet is dropped. Connecting anew starts a new handshake.
    public func disconnect(_ endpoint: Endpoint) {
        if let handle { zmq_disconnect(handle, endpoint.description) }
    }

    /// Why the other side turned this one down since the last call, on a socket that connects over the network; nil when it did not.
    ///
    /// A connection that was turned down is not tried again by itself in every case: `disconnect` and `connect` do that.
    public func handshakeFailure() throws -> HandshakeFailure? {
        try noteHandshakes()
        defer { lastFailure = nil }
        return lastFailure
    }

    /// Counts the connections that have ended since the last call, on a socket that listens; where keys protect it that happens by itself.
    /// Which of them are lost is told from the call after the one that finds nothing more to be received.
    public func noteConnections() throws {
        let ended = counters.snapshot.connectionsToJudge
        // What came through a connection can be received before it is told that it has ended: a goodbye may still be waiting.
        if ended > 0, try !hasMessages() { counters.judge(ended) }
        try noteHandshakes()
    }

    /// Whether there is something to be received.
    private func hasMessages() throws -> Bool {
        var (events, size) = (Int32(0), MemoryLayout<Int32>.size)
        guard zmq_getsockopt(try openHandle(), ZMQ_EVENTS, &events, &size) == 0 else {
            throw ClusterError.lastFailure(of: "asking a socket for messages")
        }
        return events & Int32(ZMQ_POLLIN) != 0
    }

    private func noteHandshakes() throws {
        if let failure = try handshakes?.failures().last { lastFailure = failure }
    }

    /// Sends a message to the peer of a dealer, without waiting.
    ///
    /// - Throws: `ClusterError.messageTooLarge`, or `.refused`.
    public func send(_ message: OutgoingMessage) throws -> SendOutcome {
        precondition(kind == .dealer, "a router must be told whom to send to")
        return try deliver(message, to: nil)
    }

    /// Sends a message to one peer of a router, without waiting.
    ///
    /// - Throws: `ClusterError.messageTooLarge`, or `.refused`.
    public func send(_ message: OutgoingMessage, to peer: RoutingIdentity) throws -> SendOutcome {
        precondition(kind == .router, "a dealer does not choose whom to send to")
        return try deliver(message, to: peer)
    }

    /// Takes the next message, without waiting.
    ///
    /// What is no message of ours is counted in `counters` and returned as `.refused`, so that the loop can log it and answer the peer.
    ///
    /// - Returns: nil when there is nothing.
    /// - Throws: `ClusterError.refused`.
    public func receive() throws -> Reception? {
        let handle = try openHandle()
        guard let first = try FrameTransfer.receive(handle) else {
            // Whoever is turned away for days must not gather days of news about it.
            try noteHandshakes()
            return nil
        }
        var connection: RoutingIdentity?
        var frames: [ReceivedFrame] = []
        var isLast = !first.hasMore
        if kind == .router {
            connection = RoutingIdentity(connection: first.bytes)
        } else {
            frames.append(first)
        }
        while !isLast {
            // The library hands out whole messages, so the next frame is there.
            guard let frame = try FrameTransfer.receive(handle) else { break }
            isLast = !frame.hasMore
            // One more than allowed shows that there were too many; the others are let go of at once.
            if frames.count < options.limits.payloadFrames + 3 { frames.append(frame) }
        }
        do throws(MessageRefusal) {
            if kind == .router, connection == nil { throw .identity(first.count) }
            let message = try IncomingMessage(frames, from: connection, options.limits) { peerKeys.key(of: $0) }
            if let connection, let sender = message.sender {
                try message.checkSender(under: security)
                routes.note(sender, through: connection)
            }
            counters.countReceived(bytes: message.count)
            return .message(message)
        } catch {
            counters.count(error)
            return .refused(error, from: connection)
        }
    }

    private func deliver(_ message: OutgoingMessage, to peer: RoutingIdentity?) throws -> SendOutcome {
        try message.check(options.peerLimits)
        let handle = try openHandle()
        var outcome = SendOutcome.sent
        if let peer {
            // Whoever has not spoken is not here.
            guard let connection = routes.connection(to: peer) else {
                counters.countUnsent()
                return .unknownPeer
            }
            outcome = try FrameTransfer.send(connection.bytes, on: handle, hasMore: true)
        }
        if outcome == .sent { outcome = try deliverFrames(of: message, on: handle) }
        if outcome == .sent { counters.countSent(bytes: message.count) } else { counters.countUnsent() }
        return outcome
    }

    private func deliverFrames(of message: OutgoingMessage, on handle: UnsafeMutableRawPointer) throws -> SendOutcome {
        let first = try FrameTransfer.send(MessageHeader(kind: message.kind, sender: options.identity).bytes, on: handle, hasMore: true)
        guard first == .sent else { return first }
        // Queues are counted in whole messages: once the first frame is in, the others are refused only if the connection is lost in
        // between. Then the library drops the message up to its last frame, so every frame is still handed over.
        var outcome = try FrameTransfer.send(message.body, on: handle, hasMore: !message.payload.isEmpty)
        for (index, frame) in message.payload.enumerated() {
            let sent = try FrameTransfer.send(frame, on: handle, hasMore: index + 1 < message.payload.count)
            if sent != .sent { outcome = sent }
        }
        return outcome
    }

    private func openHandle() throws -> UnsafeMutableRawPointer {
        guard let handle else { throw ClusterError.failure(of: "using a socket that is closed", code: ENOTSOCK) }
        return handle
    }
}

@available(*, unavailable)
extension MessageSocket: Sendable {}

// MARK: - Options

extension MessageSocket {
    private func apply(_ options: SocketOptions) throws {
        try set(ZMQ_LINGER, 0)
        // A queue of 0 would mean one without bounds.
        try set(ZMQ_SNDHWM, max(1, options.sendQueue))
        try set(ZMQ_RCVHWM, max(1, options.receiveQueue))
        try setWide(ZMQ_MAXMSGSIZE, Int64(options.limits.frameBytes + (security.provesKeys ? Self.encryption : 0)))
        try set(ZMQ_HANDSHAKE_IVL, options.handshakeTimeout)
        try set(ZMQ_RECONNECT_IVL, options.firstReconnect)
        try set(ZMQ_RECONNECT_IVL_MAX, options.lastReconnect)
        try set(ZMQ_BACKLOG, options.backlog)
        // The kernel's own question, of a connection that is idle.
        try set(ZMQ_TCP_KEEPALIVE, 1)
        try set(ZMQ_TCP_KEEPALIVE_IDLE, 60)
        try set(ZMQ_TCP_KEEPALIVE_INTVL, 15)
        try set(ZMQ_TCP_KEEPALIVE_CNT, 4)
        switch kind {
        case .router:
            // Sending to nobody is an answer, not a silent loss; a dealer whose connection broke takes its place again at once.
            try set(ZMQ_ROUTER_MANDATORY, 1)
            try set(ZMQ_ROUTER_HANDOVER, 1)
            // And of one on which something was sent.
            try set(ZMQ_TCP_MAXRT, options.peerTimeout)
        case .dealer:
            // Unlike the kernel they also see through what forwards connections. The library's other option, which has the peer hang up by
            // itself, would be a timer there.
            try set(ZMQ_HEARTBEAT_IVL, options.heartbeatInterval)
            try set(ZMQ_HEARTBEAT_TIMEOUT, options.heartbeatTimeout)
            try set(ZMQ_IMMEDIATE, options.needsConnection ? 1 : 0)
            // Not the name: before it asks anybody the library cuts off whoever had the same one. This number only the router learns.
            try set(ZMQ_ROUTING_ID, (0..<16).map { _ in UInt8.random(in: 1...255) })
        }
    }

    private func apply(_ security: Security) throws {
        switch security {
        case .insecure:
            // Whoever connects without keys wants to know where they are asked for.
            if let handle { handshakes = try HandshakeMonitor(of: handle, in: context, counting: kind == .router ? counters : nil) }
        case .privateFolder:
            if kind == .router, let handle { handshakes = try HandshakeMonitor(of: handle, in: context, counting: counters) }
        case .keys(.server(let pair, let authenticator)):
            guard authenticator.context === context else {
                throw ClusterError.failure(of: "using an authenticator of another context", code: EINVAL)
            }
            try set(ZMQ_CURVE_SERVER, 1)
            try setText(ZMQ_CURVE_PUBLICKEY, pair.publicKey.z85)
            try setText(ZMQ_CURVE_SECRETKEY, pair.secretKey)
            try setText(ZMQ_ZAP_DOMAIN, Authenticator.domain)
            // Without it the library lets everyone in as soon as nobody answers its questions. Headers of 4.3 name the option only
            // among the drafts; a library that does not know it is no reason to stop, for the authenticator outlives this socket.
            var yes: Int32 = 1
            zmq_setsockopt(handle, Self.zapEnforceDomain, &yes, MemoryLayout<Int32>.size)
            if let handle { authenticator.watch(try HandshakeMonitor(of: handle, in: context, counting: counters)) }
        case .keys(.client(let pair, let server)):
            try setText(ZMQ_CURVE_SERVERKEY, server.z85)
            try setText(ZMQ_CURVE_PUBLICKEY, pair.publicKey.z85)
            try setText(ZMQ_CURVE_SECRETKEY, pair.secretKey)
            if let handle { handshakes = try HandshakeMonitor(of: handle, in: context) }
        }
    }

    /// What a frame grows by when it is encrypted, by the protocol (RFC 26): the library measures it as it comes.
    private static let encryption = 33

    /// ZMQ_ZAP_ENFORCE_DOMAIN.
    private static let zapEnforceDomain: Int32 = 93

    private func set(_ option: Int32, _ value: Int) throws {
        var value = Int32(clamping: value)
        try check(zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size), option)
    }

    private func setWide(_ option: Int32, _ value: Int64) throws {
        var value = value
        try check(zmq_setsockopt(handle, option, &value, MemoryLayout<Int64>.size), option)
    }

    private func set(_ option: Int32, _ bytes: [UInt8]) throws {
        try check(zmq_setsockopt(handle, option, bytes, bytes.count), option)
    }

    private func setText(_ option: Int32, _ text: String) throws {
        try set(option, Array(text.utf8))
    }

    private func check(_ result: Int32, _ option: Int32) throws {
        guard result == 0 else { throw ClusterError.lastFailure(of: "setting option \(option) of a socket") }
    }
}
