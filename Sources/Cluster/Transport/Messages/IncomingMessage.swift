import Storage

/// A message whose frames were checked; what its body says is still to be doubted.
public struct IncomingMessage: Sendable {
    /// Who sent it, on a router: the name that the peer says, or the connection of one that says none; nil on a dealer.
    public let sender: RoutingIdentity?
    /// The address that it came from, as far as the library knows it.
    public let address: String?
    /// The key that the sender has; nil without keys. Unlike the identity nobody else can claim it.
    public let key: PeerKey?
    /// What it is about.
    public let kind: MessageKind
    /// Binary data that followed the body.
    public let payload: [ReceivedFrame]

    private let bodyFrame: ReceivedFrame

    /// Checks frames.
    ///
    /// - Parameters:
    ///   - frames: Header, body and payload; at most one more than the limits allow need to be there.
    ///   - connection: Where they came from, on a router.
    ///   - limits: What is accepted.
    /// - Throws: Why the frames are no message.
    init(_ frames: [ReceivedFrame], from connection: RoutingIdentity?, _ limits: MessageLimits) throws(MessageRefusal) {
        // The header first: a peer of another version may use other frames, and is to be told about the version.
        guard let first = frames.first else { throw .tooFewFrames(0) }
        let header = try first.withBytes { bytes -> Result<MessageHeader, MessageRefusal> in
            Result { () throws(MessageRefusal) in try MessageHeader(bytes) }
        }.get()
        guard frames.count >= 2 else { throw .tooFewFrames(frames.count) }
        guard frames.count - 2 <= limits.payloadFrames else { throw .tooManyFrames(limit: limits.payloadFrames) }
        guard frames[1].count <= limits.bodyBytes else { throw .bodySize(frames[1].count, limit: limits.bodyBytes) }
        guard !frames[1].withBytes({ JSONNesting.exceeds(limits.bodyDepth, in: $0) }) else { throw .bodyDepth(limit: limits.bodyDepth) }
        sender = connection.map { header.sender ?? $0 }
        address = first.property("Peer-Address")
        key = first.property("User-Id").flatMap { PeerKey(text: $0) }
        kind = header.kind
        bodyFrame = frames[1]
        payload = Array(frames[2...])
    }

    /// Bytes of body and payload.
    public var count: Int { payload.reduce(bodyFrame.count) { $0 + $1.count } }

    /// The body as a value.
    ///
    /// - Throws: `MessageRefusal.body` when it is not that value's JSON; whoever drops the message counts it (`TransportCounters.count`).
    public func body<Body: Decodable>(as type: Body.Type = Body.self) throws -> Body {
        do {
            return try bodyFrame.withBytes { try JSONFile.decode(type, from: $0, of: "message") }
        } catch let StorageError.corrupt(_, _, problem) {
            throw MessageRefusal.body(kind, problem: problem)
        } catch let refusal as MessageRefusal {
            throw refusal
        } catch {
            throw MessageRefusal.body(kind, problem: String(describing: error))
        }
    }

    /// The body's bytes, unread.
    public var encodedBody: [UInt8] { bodyFrame.bytes }
}
