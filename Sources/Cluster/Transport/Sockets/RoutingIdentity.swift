/// What a router knows a peer by: what the peer calls itself, or the connection of one that has no name.
public struct RoutingIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The longest identity of the protocol, in bytes.
    public static let longest = 255

    /// 1 to 255 bytes.
    public let bytes: [UInt8]
    /// Whether it stands for a connection. What the library calls a connection the peer can choose: it is nobody's name.
    public let isConnection: Bool

    /// A name of any bytes, or nil when there are none or more than 255 of them.
    public init?(_ bytes: [UInt8]) { self.init(bytes, isConnection: false) }

    /// A connection by the bytes that the library knows it by; nil when there are none or more than 255 of them.
    init?(connection bytes: [UInt8]) { self.init(bytes, isConnection: true) }

    private init?(_ bytes: [UInt8], isConnection: Bool) {
        guard (1...Self.longest).contains(bytes.count) else { return nil }
        self.bytes = bytes
        self.isConnection = isConnection
    }

    /// An identity that a dealer chooses; nil when it is empty, longer than 255 bytes, or begins with a zero byte (routers give such
    /// identities to peers that chose none).
    public init?(named name: String) {
        let bytes = Array(name.utf8)
        guard bytes.first != 0 else { return nil }
        self.init(bytes)
    }

    /// The name, or the bytes in hexadecimal when they are no printable name.
    public var description: String {
        if bytes.allSatisfy({ (0x21...0x7E).contains($0) }) { return String(decoding: bytes, as: UTF8.self) }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
