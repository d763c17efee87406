/// A gzip member without compression, as any program that reads gzip takes it.
public enum GzipMember {
    /// The member with these bytes.
    public static func bytes(_ content: some Collection<UInt8>) -> [UInt8] {
        let content = Array(content)
        var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        // A stored block has at most 65,535 bytes, and the last one says that it is the last.
        for start in stride(from: 0, through: max(0, content.count - 1), by: 65_535) {
            let piece = content[start..<min(start + 65_535, content.count)]
            let isLast = start + piece.count == content.count
            result += [isLast ? 1 : 0] + word(UInt32(piece.count), 2) + word(~UInt32(piece.count), 2) + piece
        }
        return result + word(checksum(content), 4) + word(UInt32(truncatingIfNeeded: content.count), 4)
    }

    private static func word(_ value: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }

    /// CRC-32, bit by bit.
    private static func checksum(_ content: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in content {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~value
    }
}
