/// How a socket behaves; the defaults are for one message loop with some hundreds of peers.
public struct SocketOptions: Sendable, Hashable {
    /// Messages that wait for one peer before `send` refuses more.
    public var sendQueue = 64
    /// Messages of one peer that wait to be received before the network holds that peer back.
    public var receiveQueue = 64
    /// What is accepted.
    public var limits = MessageLimits()
    /// What the other side accepts; more is not sent.
    public var peerLimits = MessageLimits()
    /// How often a dealer asks whether whom it is connected to is still there, in milliseconds; 0 for never. A router asks nobody: the
    /// library goes through the timers of all its connections at each message, and whoever comes back takes its place again anyway.
    public var heartbeatInterval = 30_000
    /// Milliseconds without an answer after which a dealer connects again.
    public var heartbeatTimeout = 20_000
    /// Milliseconds that a router's machine waits for a sign of a peer's machine before it gives the connection up.
    public var peerTimeout = 60_000
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
