/// How wide the integers of a tile are.
public enum IntegerWidth: UInt8, Codable, Sendable {
    case int32 = 4
    case int64 = 8

    /// Bytes of one entry.
    public var bytes: Int { Int(rawValue) }

    /// The largest magnitude of entries of this width, which lie one behind the other.
    func magnitude(of entries: UnsafeRawBufferPointer) -> Double {
        switch self {
        case .int32: Self.magnitude(of: entries.bindMemory(to: Int32.self))
        case .int64: Self.magnitude(of: entries.bindMemory(to: Int64.self))
        }
    }

    private static func magnitude<Entry: FixedWidthInteger>(of entries: UnsafeBufferPointer<Entry>) -> Double {
        var (least, largest): (Entry, Entry) = (0, 0)
        for entry in entries {
            least = min(least, entry)
            largest = max(largest, entry)
        }
        return max(-Double(least), Double(largest))
    }
}
