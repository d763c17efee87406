import CZeroMQ

/// A CURVE key pair. Descriptions and mirrors show only the public half.
public struct KeyPair: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// What others may know.
    public let publicKey: PublicKey
    /// What nobody else may know, in Z85.
    let secretKey: String

    /// A pair from its secret half.
    ///
    /// - Throws: `ClusterError.badKeyText` that says what is wrong, but not with which key.
    init(secretKey text: String) throws {
        let secret = PublicKey.trimmed(text)
        if let problem = PublicKey.problem(secret) { throw ClusterError.badKeyText(problem: problem) }
        var derived = Self.room
        guard zmq_curve_public(&derived, secret) == 0 else { throw ClusterError.lastFailure(of: "deriving a public key") }
        publicKey = try PublicKey(Self.text(derived))
        secretKey = secret
    }

    private init(publicKey: PublicKey, secretKey: String) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// A new pair from the operating system's random numbers.
    ///
    /// - Throws: `ClusterError.refused` when the messaging library was built without CURVE.
    public static func generate() throws -> KeyPair {
        var publicKey = room
        var secretKey = room
        guard zmq_curve_keypair(&publicKey, &secretKey) == 0 else { throw ClusterError.lastFailure(of: "making a key pair") }
        return KeyPair(publicKey: try PublicKey(text(publicKey)), secretKey: text(secretKey))
    }

    /// The public half.
    public var description: String { "key pair \(publicKey)" }

    /// The public half.
    public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey]) }

    private static let room = [CChar](repeating: 0, count: PublicKey.length + 1)

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix(PublicKey.length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
