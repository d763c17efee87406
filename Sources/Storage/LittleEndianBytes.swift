/// Collects little-endian numbers for a header; what `ByteReader` takes apart.
public struct LittleEndianBytes: Sendable {
    /// What was collected.
    public var bytes: [UInt8] = []

    /// No bytes yet.
    public init() {}

    /// Appends a number.
    public mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
