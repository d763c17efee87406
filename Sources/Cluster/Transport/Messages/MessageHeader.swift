/// The first frame of every message: who we are, which version of the protocol we speak, what the message is about.
///
/// 8 bytes: "UNEU", the version and the kind as little-endian 16-bit numbers; behind them what the sender calls itself, where it
/// connects to others under a name.
public struct MessageHeader: Sendable, Hashable {
    /// Its size in bytes, without a name.
    public static let size = 8
    /// What sizes it can have.
    static let sizes = size...size + RoutingIdentity.longest
    /// The version of the protocol that this program speaks; raised whenever a message changes its meaning.
    public static let version: UInt16 = 9

    static let magic = Array("UNEU".utf8)

    /// The sender's version.
    public let version: UInt16
    /// What the message is about.
    public let kind: MessageKind
    /// What the sender calls itself; nil where it does not say.
    public let sender: RoutingIdentity?

    /// A header of this program's version.
    public init(kind: MessageKind, sender: RoutingIdentity? = nil) {
        self.version = Self.version
        self.kind = kind
        self.sender = sender
    }

    /// Reads a header.
    ///
    /// - Throws: `MessageRefusal.headerSize`, `.magic` or `.version`.
    init(_ bytes: UnsafeRawBufferPointer) throws(MessageRefusal) {
        guard bytes.count >= Self.size else { throw .headerSize(bytes.count) }
        guard bytes.prefix(4).elementsEqual(Self.magic) else { throw .magic(Array(bytes.prefix(4))) }
        version = UInt16(bytes[4]) | UInt16(bytes[5]) << 8
        // Before all that another version may have made otherwise.
        guard version == Self.version else { throw .version(theirs: version, ours: Self.version) }
        guard Self.sizes.contains(bytes.count) else { throw .headerSize(bytes.count) }
        kind = MessageKind(rawValue: UInt16(bytes[6]) | UInt16(bytes[7]) << 8)
        sender = RoutingIdentity(Array(bytes[Self.size...]))
    }

    /// The header's frame.
    var bytes: [UInt8] {
        Self.magic + [UInt8(truncatingIfNeeded: version), UInt8(version >> 8)]
            + [UInt8(truncatingIfNeeded: kind.rawValue), UInt8(kind.rawValue >> 8)] + (sender?.bytes ?? [])
    }
}
