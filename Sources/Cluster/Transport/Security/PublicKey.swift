import CZeroMQ
import Storage

/// The public half of a CURVE key pair, as 40 characters of Z85.
public struct PublicKey: Sendable, Hashable, CustomStringConvertible {
    /// Characters of a key in Z85.
    public static let length = 40
    /// Bytes of a key.
    static let size = 32

    private static let alphabet = Set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

    /// The key's characters.
    public let z85: String

    /// A key from its characters; blanks and line breaks around them do not count.
    ///
    /// - Throws: `ClusterError.badKeyText`.
    public init(_ text: String) throws {
        let text = Self.trimmed(text)
        if let problem = Self.problem(text) { throw ClusterError.badKeyText(problem: problem) }
        z85 = text
    }

    /// A key from its 32 bytes, or nil when they are not 32.
    init?(bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        var text = [CChar](repeating: 0, count: Self.length + 1)
        guard zmq_z85_encode(&text, bytes, bytes.count) != nil else { return nil }
        z85 = String(decoding: text.prefix(Self.length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The key's characters.
    public var description: String { z85 }

    /// Enough of a hash to tell keys apart that somebody has let in, in 12 characters that fit into a name.
    var fingerprint: String { String(Digest(of: Array(z85.utf8)).hex.prefix(12)) }

    /// A key without the blanks and line breaks around it.
    static func trimmed(_ text: String) -> String {
        // Each message names its sender's key, and that has none.
        if text.utf8.count == length, text.utf8.allSatisfy({ alphabet.contains($0) }) { return text }
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }

    /// What is wrong with a key in Z85, public or secret, or nil; never tells the key.
    static func problem(_ text: String) -> String? {
        guard text.utf8.count == length else { return "it has \(text.utf8.count) characters instead of \(length)" }
        guard text.utf8.allSatisfy({ alphabet.contains($0) }) else { return "it has characters that Z85 does not use" }
        var bytes = [UInt8](repeating: 0, count: size)
        // Five characters can stand for more than 32 bits.
        return zmq_z85_decode(&bytes, text) == nil ? "it is not valid Z85" : nil
    }
}

extension PublicKey: TextCoded {
    /// For messages about a text that is none.
    public static var kind: String { "a public key" }
}
