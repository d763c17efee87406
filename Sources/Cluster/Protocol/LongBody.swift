import Storage

/// The body of a message that says more than a body may hold. Behind it what is said as JSON, compressed with zstd, in as many frames as it
/// takes.
struct LongBody: Codable, Sendable, Hashable {
    /// Bytes of the JSON before compression.
    let bytes: Int

    /// Bytes of a frame: all that a peer accepts.
    static let frameBytes = MessageLimits.pieceBytes
    /// Far more than anything of ours takes, and little enough for memory.
    static let largest = 1 << 30

    /// How many frames a JSON of so many bytes takes at most: zstd adds less than a 128th to what it cannot compress.
    static func mostFrames(of bytes: Int) -> Int { (bytes + bytes / 128 + 4_096) / frameBytes + 1 }

    /// A body with its frames.
    ///
    /// - Throws: an `EncodingError`, `StorageError`.
    static func frames(of value: some Encodable) throws -> (body: LongBody, payload: [PayloadFrame]) {
        let json = try JSONFile.encode(value, isPretty: false)
        return (LongBody(bytes: json.count), try frames(compressing: json))
    }

    /// Bytes, compressed, as frames.
    ///
    /// - Throws: `StorageError`.
    static func frames(compressing bytes: [UInt8], level: Int = 3) throws -> [PayloadFrame] {
        let packed = try Zstd.compress(bytes, level: level)
        return stride(from: 0, to: packed.count, by: frameBytes).map {
            PayloadFrame(copying: Array(packed[$0..<min($0 + frameBytes, packed.count)]))
        }
    }

    /// What the frames hold.
    ///
    /// - Parameter limit: bytes that the JSON may have at most.
    /// - Throws: `MessageRefusal.body`, `.bodyDepth`.
    func value<Value: Decodable>(of kind: MessageKind, in payload: [ReceivedFrame], limit: Int = Self.largest) throws -> Value {
        guard (0...limit).contains(bytes) else {
            throw MessageRefusal.body(kind, problem: "it has \(bytes) bytes where at most \(limit) are expected")
        }
        do {
            let json = try Zstd.decompress(payload.flatMap(\.bytes), count: bytes)
            return try json.withUnsafeBytes { bytes in
                let depth = MessageLimits().bodyDepth
                guard !JSONNesting.exceeds(depth, in: bytes) else { throw MessageRefusal.bodyDepth(limit: depth) }
                return try JSONFile.decode(Value.self, from: bytes, of: "message")
            }
        } catch let refusal as MessageRefusal {
            throw refusal
        } catch {
            throw MessageRefusal.body(kind, problem: "\(error)")
        }
    }
}

extension IncomingMessage {
    /// What the message says in a `LongBody`.
    ///
    /// - Throws: `MessageRefusal.body`, `.bodyDepth`.
    func longBody<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try body(as: LongBody.self).value(of: kind, in: payload)
    }
}
