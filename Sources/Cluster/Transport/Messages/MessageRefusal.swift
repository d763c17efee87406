/// Why something from the network is no message of ours; its description is one line for the log, safe whatever was sent.
public enum MessageRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// Header and body are not both there.
    case tooFewFrames(Int)
    /// More payload frames than allowed.
    case tooManyFrames(limit: Int)
    /// The header has another size.
    case headerSize(Int)
    /// The header begins with something else: the peer is another program.
    case magic([UInt8])
    /// The peer speaks another version of the protocol.
    case version(theirs: UInt16, ours: UInt16)
    /// The body is larger than allowed.
    case bodySize(Int, limit: Int)
    /// The body's arrays and objects stand in each other too deep.
    case bodyDepth(limit: Int)
    /// The body is not what its kind asks for.
    case body(MessageKind, problem: String)
    /// The peer's identity is not of 1 to 255 bytes.
    case identity(Int)
    /// The sender's key does not stand for the name that it uses, or is of a role that sends no such messages.
    case sender(MessageKind, problem: String)

    /// What refusals are counted by.
    public enum Reason: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
        case frames, header, magic, version
        case bodySize = "body_size"
        case bodyDepth = "body_depth"
        case body, identity, sender
    }

    /// What it is counted by.
    public var reason: Reason {
        switch self {
        case .tooFewFrames, .tooManyFrames: .frames
        case .headerSize: .header
        case .magic: .magic
        case .version: .version
        case .bodySize: .bodySize
        case .bodyDepth: .bodyDepth
        case .body: .body
        case .identity: .identity
        case .sender: .sender
        }
    }

    /// One line for the log.
    public var description: String {
        switch self {
        case .tooFewFrames(let count): "a message of \(count) frames where header and body are expected"
        case .tooManyFrames(let limit): "a message of more than \(limit) payload frames"
        case .headerSize(let count):
            "a header of \(count) bytes instead of \(MessageHeader.sizes.lowerBound) to \(MessageHeader.sizes.upperBound)"
        case .magic(let bytes):
            "not a message of this program (it begins with \(bytes.map { String($0, radix: 16) }.joined(separator: " ")))"
        case .version(let theirs, let ours): "the peer speaks version \(theirs) of the protocol, this process version \(ours)"
        case .bodySize(let count, let limit): "a body of \(count) bytes, more than \(limit)"
        case .bodyDepth(let limit): "a body nested deeper than \(limit) levels"
        case .body(let kind, let problem): "the body of a message of kind \(kind.rawValue) does not fit: \(LogText.line(problem))"
        case .identity(let count): "a peer's identity of \(count) bytes"
        case .sender(let kind, let problem): "a message of kind \(kind.rawValue) from the wrong sender: \(LogText.line(problem))"
        }
    }
}
