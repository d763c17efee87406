import Scheduling
import Statistics
import Storage

/// A lease as it travels: with everything of the corpus that its tasks need. Behind it the shard's tokens, `[rows, context]`, int32,
/// the rows' indices in the corpus, int64, their domains, int32, and where the plan has labels each token's combination of them,
/// `[rows, context]`, int32: little-endian, one behind the other, compressed with zstd, in as many frames as it takes.
struct LeaseGrant: Codable, Sendable, Hashable {
    /// What is to be computed.
    let lease: Lease
    /// The stratum of the shard.
    let stratum: Int
    /// How many rows the shard has.
    let rows: Int
    /// Tokens a row.
    let context: Int

    /// The rows as frames: tokens, indices, domains, labels.
    ///
    /// - Throws: `StorageError`.
    static func payload(_ rows: ShardRows) throws -> [PayloadFrame] {
        let indices = rows.indices.map { Int64($0).littleEndian }.withUnsafeBytes { Array($0) }
        // The next level takes half as long again for a twentieth less of tokens, which are little beside what a task brings back.
        return try LongBody.frames(
            compressing: TokenFrame.bytes(of: rows.tokens) + indices + TokenFrame.bytes(of: rows.domains.map { Int32($0) })
                + (rows.labels.map { TokenFrame.bytes(of: $0) } ?? []),
            level: 1)
    }

    /// The shard's rows, of the frames behind the message.
    ///
    /// - Parameters:
    ///   - vocabulary: Tokens are below it.
    ///   - corpusRows: Indices are below it, and a lease has no more rows.
    ///   - domains: Domains are below it.
    ///   - combinations: Labels are below it; nil where the plan has none.
    /// - Throws: `MessageRefusal.body` when the frames do not hold what the body says.
    func shardRows(
        _ payload: [ReceivedFrame], vocabulary: Int, corpusRows: Int, domains: Int, combinations: Int?
    ) throws -> ShardRows {
        func refuse(_ problem: String) -> MessageRefusal { .body(.lease, problem: problem) }
        guard (1...1 << 20).contains(context), (0...min(corpusRows, (1 << 28) / context)).contains(rows) else {
            throw refuse("it has \(payload.count) frames for \(rows) rows of \(context) tokens")
        }
        let (indicesStart, domainsStart, labelsStart) = (rows * context * 4, rows * (context * 4 + 8), rows * (context * 4 + 12))
        let bytes: [UInt8]
        do {
            bytes = try Zstd.decompress(payload.flatMap(\.bytes), count: labelsStart + (combinations == nil ? 0 : rows * context * 4))
        } catch {
            throw refuse("its rows do not decompress: \(error)")
        }
        let tokens = bytes[..<indicesStart].withUnsafeBytes { TokenFrame.tokens(in: $0) }
        guard tokens.allSatisfy({ (0..<Int32(vocabulary)).contains($0) }) else { throw refuse("a token is outside the vocabulary") }
        let indices = bytes.withUnsafeBytes { bytes in
            (0..<rows).map { Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: indicesStart + 8 * $0, as: Int64.self))) }
        }
        let places = bytes[domainsStart..<labelsStart].withUnsafeBytes { TokenFrame.tokens(in: $0) }.map { Int($0) }
        guard indices.allSatisfy((0..<corpusRows).contains), places.allSatisfy((0..<domains).contains) else {
            throw refuse("its rows are not the corpus's")
        }
        let labels = combinations.map { _ in bytes[labelsStart...].withUnsafeBytes { TokenFrame.tokens(in: $0) } }
        if let labels, let combinations, !labels.allSatisfy((0..<Int32(clamping: combinations)).contains) {
            throw refuse("a token's labels are outside the table")
        }
        return ShardRows(context: context, indices: indices, domains: places, tokens: tokens, labels: labels)
    }
}
