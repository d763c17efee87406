import Storage

/// A message whose frames were checked; what its body says is still to be doubted.
public struct IncomingMessage: Sendable {
    /// Who sent it, on a router: the name that the peer says, or the connection of one that says none; nil on a dealer.
    public let sender: RoutingIdentity?
    /// The key that the sender has; nil without keys. Unlike the identity nobody else can claim it.
    public let key: PeerKey?
    /// What it is about.
    public let kind: MessageKind
    /// Binary data that followed the body.
    public let payload: [ReceivedFrame]

    private let bodyFrame: ReceivedFrame
    private let bodyDepth: Int

    /// Checks frames.
    ///
    /// - Parameters:
    ///   - frames: Header, body and payload; at most one more than the limits allow need to be there.
    ///   - connection: Where they came from, on a router.
    ///   - limits: What is accepted.
    ///   - key: Reads what the authenticator says of a peer.
    /// - Throws: Why the frames are no message.
    init(
        _ frames: [ReceivedFrame], from connection: RoutingIdentity?, _ limits: MessageLimits,
        key: (String) -> PeerKey? = { PeerKey(text: $0) }
    ) throws(MessageRefusal) {
        // The header first: a peer of another version may use other frames, and is to be told about the version.
        guard let first = frames.first else { throw .tooFewFrames(0) }
        let header = try first.withBytes { bytes -> Result<MessageHeader, MessageRefusal> in
            Result { () throws(MessageRefusal) in try MessageHeader(bytes) }
        }.get()
        guard frames.count >= 2 else { throw .tooFewFrames(frames.count) }
        guard frames.count - 2 <= limits.payloadFrames else { throw .tooManyFrames(limit: limits.payloadFrames) }
        guard frames[1].count <= limits.bodyBytes else { throw .bodySize(frames[1].count, limit: limits.bodyBytes) }
        sender = connection.map { header.sender ?? $0 }
        self.key = first.property("User-Id").flatMap(key)
        kind = header.kind
        bodyFrame = frames[1]
        bodyDepth = limits.bodyDepth
        payload = Array(frames[2...])
    }

    /// Bytes of body and payload.
    public var count: Int { payload.reduce(bodyFrame.count) { $0 + $1.count } }

    /// The body as a value.
    ///
    /// - Throws: `MessageRefusal.body` when it is not that value's JSON, `.bodyDepth`; whoever drops the message counts it
    ///   (`TransportCounters.count`).
    public func body<Body: Decodable>(as type: Body.Type = Body.self) throws -> Body {
        try read { bytes in
            guard !JSONNesting.exceeds(bodyDepth, in: bytes) else { throw MessageRefusal.bodyDepth(limit: bodyDepth) }
            return try JSONFile.decode(type, from: bytes, of: "message")
        }
    }

    /// The body as a value that travels as bytes of its own.
    ///
    /// - Throws: `MessageRefusal.body` when they are not that value's, or more than that.
    func body<Body: ByteCoded>(as type: Body.Type = Body.self) throws -> Body {
        try read { bytes in
            var reader = ByteReader(bytes, of: "message")
            let value = try Body(from: &reader)
            guard reader.remaining == 0 else { throw reader.problem("\(reader.remaining) bytes too many") }
            return value
        }
    }

    private func read<Body>(_ decode: (UnsafeRawBufferPointer) throws -> Body) throws -> Body {
        do {
            return try bodyFrame.withBytes(decode)
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
