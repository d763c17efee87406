import CZeroMQ
import Diagnostics

/// Why a handshake between two sockets came to nothing.
public enum HandshakeFailure: Sendable, Hashable, CustomStringConvertible {
    /// The other side answered that it does not let this key in.
    case notAdmitted
    /// One side uses keys and the other does not.
    case withoutKeys
    /// The other side's idea of this side's key is wrong, or it is not who it should be.
    case wrongServerKey
    /// The bytes were no handshake.
    case malformed
    /// The connection ended in the middle.
    case interrupted

    /// The failure behind an event of the library, or nil when it is none.
    init?(event: UInt16, value: UInt32) {
        switch Int32(event) {
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: self = .notAdmitted
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: self = .interrupted
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
            switch Int32(bitPattern: value) {
            case ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH: self = .withoutKeys
            case ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC, ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE: self = .wrongServerKey
            default: self = .malformed
            }
        default: return nil
        }
    }

    /// What a process ends with that cannot do without the connection.
    var exitStatus: ExitStatus {
        switch self {
        case .notAdmitted: .noPermission
        case .withoutKeys, .wrongServerKey: .configuration
        case .malformed, .interrupted: .unavailable
        }
    }

    /// Half a sentence for the log.
    public var description: String {
        switch self {
        case .notAdmitted: "the key is not on the other side's allow-list"
        case .withoutKeys: "one side uses keys and the other does not"
        case .wrongServerKey: "the client has another server's public key"
        case .malformed: "what came was no handshake"
        case .interrupted: "the connection ended during the handshake"
        }
    }

    /// What whoever connects can look at, half a sentence too.
    public var remedy: String {
        switch self {
        case .notAdmitted: "use a folder that `universal-neurons keys add DIR ROLE NAME` has made beside that coordinator's server.key"
        case .withoutKeys: "use --keys on both sides, or --insecure on both"
        case .wrongServerKey: "use the server.pub of that coordinator's keys"
        case .malformed: "check that a coordinator listens there, and nothing else"
        // Whoever listens says nothing to somebody who does not know its key, and may be the first to see that only one side has any.
        case .interrupted: "check that server.pub is that coordinator's, and that both sides use --keys or both --insecure"
        }
    }
}
