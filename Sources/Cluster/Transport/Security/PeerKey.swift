/// The key that a peer has proved to have, as the allow-list knows it. Nobody without its secret half can claim it.
public struct PeerKey: Sendable, Hashable, CustomStringConvertible {
    /// What its holder may do.
    public let role: KeyRole
    /// Its name on the allow-list.
    public let name: String
    /// The key.
    public let key: PublicKey
    /// What the names of its processes end in.
    private let ending: [UInt8]

    /// A key of the allow-list.
    public init(role: KeyRole, name: String, key: PublicKey) {
        self.role = role
        self.name = name
        self.key = key
        ending = Array(Self.ending(of: key).utf8)
    }

    /// A key from its `text`; nil for anything else.
    init?(text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let role = KeyRole(rawValue: String(parts[0])), let key = try? PublicKey(String(parts[2])) else {
            return nil
        }
        self.init(role: role, name: String(parts[1]), key: key)
    }

    /// What the authenticator tells the library, and the library the receiver of each message (`User-Id`): `worker lab-7 …`.
    var text: String { "\(role.rawValue) \(name) \(key)" }

    /// Whether a process that calls itself so has this key: names end in `@` and the key's fingerprint.
    func owns(_ name: RoutingIdentity) -> Bool {
        !name.isConnection && name.bytes.suffix(ending.count).elementsEqual(ending)
    }

    /// What the names of processes that have a key end in.
    static func ending(of key: PublicKey) -> String { "@\(key.fingerprint)" }

    /// For the log.
    public var description: String { "the \(role.rawValue)'s key \"\(name)\"" }
}
