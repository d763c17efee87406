import Crypto

/// Computes a `Digest` of content that arrives in pieces.
public struct DigestBuilder: Sendable {
    private var hash = SHA256()

    /// A checksum over nothing yet.
    public init() {}

    /// Takes the next piece.
    public mutating func update(_ raw: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: raw)
    }

    /// Takes the next piece.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    /// Takes an integer as eight little-endian bytes; for lengths between pieces, so that no two contents run together alike.
    public mutating func update(_ number: Int) {
        withUnsafeBytes(of: Int64(number).littleEndian) { hash.update(bufferPointer: $0) }
    }

    /// Takes a text as its length in UTF-8 and its UTF-8.
    public mutating func update(_ text: String) {
        let bytes = Array(text.utf8)
        update(bytes.count)
        update(bytes)
    }

    /// The digest of all pieces so far; more may follow.
    public func finalize() -> Digest {
        Digest(hash.finalize())
    }
}
