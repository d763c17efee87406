/// Tokens as they travel: int32, little-endian.
enum TokenFrame {
    /// The bytes of tokens.
    static func bytes(of tokens: [Int32]) -> [UInt8] { tokens.map { $0.littleEndian }.withUnsafeBytes { Array($0) } }

    /// The tokens of bytes; there must be four for each.
    static func tokens(in bytes: UnsafeRawBufferPointer) -> [Int32] {
        (0..<bytes.count / 4).map { Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)) }
    }
}
