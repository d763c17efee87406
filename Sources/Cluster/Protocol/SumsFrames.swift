import Analysis
import Storage

/// What is said of the sums of a batch beside the frames that they travel in: `[rows, 1 + conditions, measures]`, float64 little-endian.
struct SumsFrames: Codable, Sendable, Hashable {
    /// The batch's rows, and measured tokens of each.
    let rows, tokens: Int
    /// The hash of the sums' bytes.
    let checksum: Digest

    /// Bytes of a frame.
    private static let frameBytes = MessageLimits.pieceBytes

    /// How many frames some sums take.
    static func count(of sums: Int) -> Int { (8 * sums + frameBytes - 1) / frameBytes }

    /// What is said of some sums, and their frames.
    static func message(_ sums: PredictionRows) -> (SumsFrames, [PayloadFrame]) {
        let bytes = sums.sums.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
        let payload = stride(from: 0, to: bytes.count, by: frameBytes).map {
            PayloadFrame(copying: Array(bytes[$0..<min($0 + frameBytes, bytes.count)]))
        }
        return (SumsFrames(rows: sums.count, tokens: sums.tokens, checksum: Digest(of: bytes)), payload)
    }

    /// The sums in the frames.
    ///
    /// - Parameters:
    ///   - kind: of the message that brings them.
    ///   - rows: how many rows the batch has.
    ///   - tokens: measured tokens of a row.
    ///   - size: sums of a row.
    /// - Throws: `MessageRefusal.body` where they are not the batch's, or not those that were computed.
    func sums(
        of kind: MessageKind, in payload: [ReceivedFrame], rows: Int, tokens: Int, size: Int
    ) throws -> PredictionRows {
        guard self.rows == rows, self.tokens == tokens else {
            throw MessageRefusal.body(kind, problem: "it has \(self.rows) rows of \(self.tokens) tokens, the batch \(rows) of \(tokens)")
        }
        let count = payload.reduce(0) { $0 + $1.count }
        guard count == 8 * rows * size else {
            throw MessageRefusal.body(kind, problem: "it has \(count) bytes of sums where \(8 * rows * size) are expected")
        }
        let bytes = payload.flatMap(\.bytes)
        guard Digest(of: bytes) == checksum else { throw MessageRefusal.body(kind, problem: "its sums are not those of its checksum") }
        let sums = bytes.withUnsafeBytes { bytes in
            (0..<rows * size).map {
                Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
            }
        }
        return PredictionRows(count: rows, tokens: tokens, sums: sums)
    }
}
