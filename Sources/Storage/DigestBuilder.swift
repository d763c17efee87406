import CCrypto

/// Computes a `Digest` of content that arrives in pieces. A value: a copy goes on by itself.
public struct DigestBuilder: Sendable {
    private var state = State()

    /// A checksum over nothing yet.
    public init() {}

    /// Takes the next piece.
    public mutating func update(_ raw: UnsafeRawBufferPointer) {
        if !isKnownUniquelyReferenced(&state) { state = state.copy() }
        state.update(raw)
    }

    /// Takes the next piece.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Takes an integer as eight little-endian bytes; for lengths between pieces, so that no two contents run together alike.
    public mutating func update(_ number: Int) {
        withUnsafeBytes(of: Int64(number).littleEndian) { update($0) }
    }

    /// Takes a text as its length in UTF-8 and its UTF-8.
    public mutating func update(_ text: String) {
        let bytes = Array(text.utf8)
        update(bytes.count)
        update(bytes)
    }

    /// The digest of all pieces so far; more may follow.
    public func finalize() -> Digest { state.copy().finish() }
}

extension DigestBuilder {
    /// The library's state. Sendable: it is changed only where nobody else refers to it.
    private final class State: @unchecked Sendable {
        /// Looked up once, which takes longer than hashing a short text. The library keeps it for good and never changes it.
        private nonisolated(unsafe) static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

        private let context: OpaquePointer

        init() {
            context = Self.makeContext()
            Self.expect(EVP_DigestInit_ex2(context, Self.algorithm, nil))
        }

        private init(copying other: State) {
            context = Self.makeContext()
            Self.expect(EVP_MD_CTX_copy_ex(context, other.context))
        }

        deinit { EVP_MD_CTX_free(context) }

        func copy() -> State { State(copying: self) }

        func update(_ bytes: UnsafeRawBufferPointer) {
            Self.expect(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
        }

        /// The digest; nothing may follow.
        func finish() -> Digest {
            let bytes = [UInt8](unsafeUninitializedCapacity: Digest.byteCount) { buffer, count in
                Self.expect(EVP_DigestFinal_ex(context, buffer.baseAddress, nil))
                count = Digest.byteCount
            }
            return Digest(sha256: bytes)
        }

        private static func makeContext() -> OpaquePointer {
            guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory for a checksum") }
            return context
        }

        /// Hashing fails for want of memory only, or in a program without SHA-256: nothing could go on.
        private static func expect(_ result: Int32) { precondition(result == 1, "libcrypto cannot compute SHA-256") }
    }
}
