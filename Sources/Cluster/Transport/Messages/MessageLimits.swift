import Pipeline

/// How much of a message is accepted.
///
/// Only `frameBytes` is checked before the bytes are in memory: the library hands out whole messages, so a peer that was let in can make
/// it hold any number of frames, until their message ends and is refused. How many there are of one peer nothing limits.
public struct MessageLimits: Sendable, Hashable {
    /// The most that travels at a time: a piece of a file, or a frame of what is longer.
    static let pieceBytes = 4 << 20

    /// The largest body in bytes.
    public var bodyBytes = 1 << 20
    /// How deep arrays and objects may stand in each other in a body. Ours use fewer than ten levels.
    public var bodyDepth = 32
    /// The most payload frames behind a body: those of the longest `LongBody`.
    public var payloadFrames = 256
    /// The largest frame in bytes; a peer that announces a larger one is disconnected before memory is taken for it.
    public var frameBytes = Self.pieceBytes

    /// The defaults: what is taken from a coordinator.
    public init() {}

    /// What a reducer takes from workers: offers, and pieces of parcels, each in one frame that is no larger than a body.
    static let ofParcels: MessageLimits = {
        var limits = MessageLimits()
        limits.payloadFrames = 1
        limits.frameBytes = max(limits.bodyBytes, ParcelPiece.size)
        return limits
    }()

    /// What a coordinator takes: pieces of files, and what a reducer holds.
    ///
    /// - Parameter inventory: bytes that the JSON of a reducer's inventory has at most.
    static func ofCluster(inventory: Int) -> MessageLimits {
        var limits = MessageLimits()
        limits.payloadFrames = min(limits.payloadFrames, LongBody.mostFrames(of: inventory))
        return limits
    }
}
