/// What a message is about; the kinds themselves stand with those who send them.
public struct MessageKind: RawRepresentable, Sendable, Hashable, Codable {
    /// The number in the message's header.
    public let rawValue: UInt16

    /// A kind by its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}
