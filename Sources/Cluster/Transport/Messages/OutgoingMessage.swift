import Storage

/// A message to be sent: a header, a body (JSON, or the bytes of a `ByteCoded`) and any number of payload frames.
///
///     let message = try OutgoingMessage(.partial, PartialDescription(…), payload: tiles)
///     switch try socket.send(message, to: reducer) { … }
public struct OutgoingMessage: Sendable {
    /// What it is about.
    public let kind: MessageKind
    /// The body, encoded.
    public let body: [UInt8]
    /// What follows the body.
    public let payload: [PayloadFrame]

    /// A message whose body is encoded as JSON.
    ///
    /// - Throws: `ClusterError.unencodable`.
    public init(_ kind: MessageKind, _ body: some Encodable & Sendable, payload: [PayloadFrame] = []) throws {
        do {
            self.init(kind, encoded: try JSONFile.encode(body, isPretty: false), payload: payload)
        } catch {
            throw ClusterError.unencodable(kind, problem: LogText.line(String(describing: error)))
        }
    }

    /// A message whose body travels as bytes of its own.
    init(_ kind: MessageKind, _ body: some ByteCoded) {
        var bytes = LittleEndianBytes()
        body.encode(to: &bytes)
        self.init(kind, encoded: bytes.bytes)
    }

    /// A message whose body is encoded already.
    public init(_ kind: MessageKind, encoded body: [UInt8], payload: [PayloadFrame] = []) {
        self.kind = kind
        self.body = body
        self.payload = payload
    }

    /// Bytes of body and payload.
    public var count: Int { payload.reduce(body.count) { $0 + $1.count } }

    /// Makes sure that a receiver with these limits accepts the frames.
    ///
    /// - Throws: `ClusterError.messageTooLarge`.
    func check(_ limits: MessageLimits) throws {
        if body.count > limits.bodyBytes {
            throw ClusterError.messageTooLarge(kind, problem: "a body of \(body.count) bytes, more than \(limits.bodyBytes)")
        }
        if payload.count > limits.payloadFrames {
            throw ClusterError.messageTooLarge(kind, problem: "\(payload.count) payload frames, more than \(limits.payloadFrames)")
        }
        if let large = payload.first(where: { $0.count > limits.frameBytes }) {
            throw ClusterError.messageTooLarge(kind, problem: "a frame of \(large.count) bytes, more than \(limits.frameBytes)")
        }
    }
}
