/// How much of a message is accepted.
///
/// Only `frameBytes` is checked before the bytes are in memory: the library hands out whole messages, so a peer that was let in can make
/// it hold one of many frames until that ends. It is refused then.
public struct MessageLimits: Sendable, Hashable {
    /// The largest body in bytes.
    public var bodyBytes = 1 << 20
    /// How deep arrays and objects may stand in each other in a body. Ours use fewer than ten levels.
    public var bodyDepth = 32
    /// The most payload frames behind a body.
    public var payloadFrames = 256
    /// The largest frame in bytes; a peer that announces a larger one is disconnected before memory is taken for it.
    public var frameBytes = 64 << 20

    /// The defaults.
    public init() {}
}
