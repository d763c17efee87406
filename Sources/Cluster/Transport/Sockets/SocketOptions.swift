/// How a socket behaves; the defaults are for one message loop with some hundreds of peers.
public struct SocketOptions: Sendable, Hashable {
    /// Messages that wait for one peer before `send` refuses more.
    public var sendQueue = 64
    /// Messages of one peer that wait to be received before the network holds that peer back.
    public var receiveQueue = 64
    /// What is accepted, and what this side may send.
    public var limits = MessageLimits()
    /// How often a silent peer is asked whether it is still there, in milliseconds; 0 for never.
    public var heartbeatInterval = 10_000
    /// Silence after which a connection counts as lost, on both sides, in milliseconds.
    public var heartbeatTimeout = 20_000
    /// How long the first attempt to connect again waits, in milliseconds.
    public var firstReconnect = 100
    /// What that wait doubles up to, in milliseconds.
    public var lastReconnect = 10_000
    /// How long a stranger may take for the handshake, in milliseconds.
    public var handshakeTimeout = 10_000
    /// Connections that wait to be accepted: a whole cluster may start at once.
    public var backlog = 1_024
    /// What a dealer calls itself in each message; a router knows one without a name by its connection.
    public var identity: RoutingIdentity?
    /// Whether a dealer's messages are taken only while it is connected, instead of waiting in the queue for a connection.
    public var needsConnection = false

    /// The defaults.
    public init() {}
}
