import Scheduling
import Statistics
import Storage

/// A lease as it travels: with everything of the corpus that its tasks need. Behind it the shard's tokens, `[rows, context]`, int32
/// little-endian, compressed with zstd.
struct LeaseGrant: Codable, Sendable, Hashable {
    /// What is to be computed.
    let lease: Lease
    /// The stratum of the shard.
    let stratum: Int
    /// The shard's rows, in the order of the draw.
    let rows: [RowPlace]
    /// Tokens a row.
    let context: Int

    /// The tokens as a frame.
    static func payload(_ rows: ShardRows) throws -> PayloadFrame {
        PayloadFrame(copying: try Zstd.compress(TokenFrame.bytes(of: rows.tokens), level: 3))
    }

    /// The shard's rows, with the tokens of the frame behind the message.
    ///
    /// - Throws: `MessageRefusal.body` when the frame does not hold what the body says.
    func shardRows(_ payload: [ReceivedFrame], vocabulary: Int) throws -> ShardRows {
        func refuse(_ problem: String) -> MessageRefusal { .body(.lease, problem: problem) }
        guard payload.count == 1, (1...1 << 20).contains(context), rows.count <= (1 << 28) / context else {
            throw refuse("it has \(payload.count) frames for \(rows.count) rows of \(context) tokens")
        }
        let count = rows.count * context
        let bytes: [UInt8]
        do {
            bytes = try payload[0].withBytes { try Zstd.decompress($0, count: count * 4) }
        } catch {
            throw refuse("its tokens do not decompress: \(error)")
        }
        let tokens = bytes.withUnsafeBytes { TokenFrame.tokens(in: $0) }
        guard tokens.allSatisfy({ (0..<Int32(vocabulary)).contains($0) }) else { throw refuse("a token is outside the vocabulary") }
        return ShardRows(context: context, indices: rows.map(\.index), domains: rows.map(\.domain), tokens: tokens)
    }
}
