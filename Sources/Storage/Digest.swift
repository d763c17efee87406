import SystemPackage

/// A SHA-256: what the program knows contents by. Coded as 64 lower-case hexadecimal digits.
public struct Digest: Hashable, Sendable {
    /// Length of a SHA-256.
    public static let byteCount = 32

    /// The bytes, in their order. In place: a large run's tables have millions, of which an array each would take three times as much.
    private let first, second, third, fourth: UInt64

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes(of: (first, second, third, fourth)) { Array($0) } }

    /// The digest with these bytes, or nil when they are not 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(sha256: bytes)
    }

    /// The digest of some content.
    public init(of raw: UnsafeRawBufferPointer) {
        var builder = DigestBuilder()
        builder.update(raw)
        self = builder.finalize()
    }

    /// The digest of some content.
    public init(of content: [UInt8]) {
        self = content.withUnsafeBytes { Digest(of: $0) }
    }

    /// The digest of a text's UTF-8.
    public init(of text: String) {
        self.init(of: Array(text.utf8))
    }

    /// The digest written as 64 hexadecimal digits, or nil when they are anything else.
    public init?(hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        var bytes: [UInt8] = []
        for i in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[i]), let low = Self.value(digits[i + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.init(sha256: bytes)
    }

    /// - Parameter sha256: its 32 bytes.
    init(sha256: [UInt8]) {
        (first, second, third, fourth) = sha256.withUnsafeBytes { raw in
            func word(_ index: Int) -> UInt64 { raw.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self) }
            return (word(0), word(1), word(2), word(3))
        }
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The digest of a file's content; the file need not fit in memory.
    ///
    /// - Throws: A `StorageError` when the file cannot be read.
    public static func ofFile(_ path: FilePath) throws -> Digest {
        let file = try MappedFile(path)
        file.advise(.sequential)
        return file.withBytes { Digest(of: $0) }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): return digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): return digit - UInt8(ascii: "A") + 10
        default: return nil
        }
    }
}

extension Digest: CustomStringConvertible {
    public var description: String { hex }
}

extension Digest: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = Digest(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a SHA-256 has 64 hexadecimal digits")
        }
        self = digest
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
