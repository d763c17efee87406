/// How wide the integers of a tile are.
public enum IntegerWidth: UInt8, Codable, Sendable {
    case int32 = 4
    case int64 = 8

    /// Bytes of one entry.
    public var bytes: Int { Int(rawValue) }
}
