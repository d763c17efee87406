/// Somebody who was not let in; its description is one line for the log.
public struct Denial: Sendable, Hashable, CustomStringConvertible {
    /// Why.
    public enum Reason: Sendable, Hashable {
        /// The peer proved a key that is not on the allow-list.
        case unknownKey(PublicKey)
        /// The peer proved a key of the allow-list whose role has no business here.
        case role(PeerKey)
        /// The peer came without keys, with a wrong idea of the server's key, or does not speak the protocol.
        case handshake(HandshakeFailure)
        /// A question of the library that this program does not answer with yes.
        case unexpectedMechanism
        /// A file of the allow-list cannot be used; nobody was turned away yet.
        case allowList(String)
        /// The authenticator itself cannot go on: nobody is let in from here on.
        case stopped(String)
    }

    /// Why.
    public let reason: Reason
    /// The peer's address, or this side's where the peer's is not known.
    public let address: String
    /// How often this happened so far, with this reason.
    public let count: Int

    /// One line for the log.
    public var description: String {
        let what =
            switch reason {
            case .unknownKey(let key): "a peer was not let in: its key \(key) is not on the allow-list"
            case .role(let peer): "a peer was not let in: \(peer) opens nothing here"
            case .handshake(let failure): "a peer was not let in: \(failure)"
            case .unexpectedMechanism: "a peer was not let in: it asked for something else than CURVE"
            case .allowList(let problem): "a key of the allow-list is left out: \(problem)"
            case .stopped(let problem): "nobody is let in any more: \(problem)"
            }
        return what + (address.isEmpty ? "" : " (\(address))") + (count > 1 ? ", \(count) times so far" : "")
    }
}
