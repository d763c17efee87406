/// GPT-2's spelling of bytes as printable characters: how `vocab.json` and `merges.txt` write tokens that are arbitrary bytes.
///
/// Bytes that print in Latin-1 stand for themselves; the 68 others, in order, for U+0100, U+0101 and so on: a blank is "Ġ", a newline "Ċ".
public enum ByteAlphabet {
    /// The scalar of each byte.
    public static let scalars: [UInt32] = {
        var next: UInt32 = 256
        return (0..<256).map { byte in
            switch byte {
            case 33...126, 161...172, 174...255: return UInt32(byte)
            default:
                defer { next += 1 }
                return next
            }
        }
    }()

    /// The byte of each scalar below `U+0144`; -1 for scalars that are no byte's spelling.
    private static let bytes: [Int16] = {
        var table = [Int16](repeating: -1, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { table[Int(scalar)] = Int16(byte) }
        return table
    }()

    /// The bytes that a token's spelling stands for; nil when it holds a scalar outside the alphabet.
    static func bytes(of spelling: String) -> [UInt8]? {
        var result: [UInt8] = []
        for scalar in spelling.unicodeScalars {
            guard scalar.value < 0x144, bytes[Int(scalar.value)] >= 0 else { return nil }
            result.append(UInt8(bytes[Int(scalar.value)]))
        }
        return result
    }

    /// Whether a byte can occur in valid UTF-8.
    static func occursInText(_ byte: UInt8) -> Bool { byte < 0xC0 || (0xC2...0xF4).contains(byte) }
}
