import Analysis
import Scheduling
import Storage

/// The sums of a batch of a question's rows. Behind it the sums, `[rows, 1 + conditions, measures]`, float64 little-endian, in as many
/// frames as it takes.
struct BatchAnswer: Codable, Sendable, Hashable {
    /// Who has computed them.
    let worker: WorkerID
    /// The lease that they were computed under.
    let lease: LeaseID
    /// The batch, as the task that it is.
    let task: TaskID
    /// The identity of the question.
    let question: Digest
    /// The batch's rows, and measured tokens of each.
    let rows, tokens: Int
    /// The hash of the sums' bytes.
    let checksum: Digest

    /// Bytes of a frame.
    private static let frameBytes = MessageLimits.pieceBytes

    /// How many frames some sums take.
    static func frames(of sums: Int) -> Int { (8 * sums + frameBytes - 1) / frameBytes }

    /// An answer with its frames.
    static func message(
        _ sums: PredictionRows, to question: Digest, _ task: TaskID, under lease: LeaseID, by worker: WorkerID
    ) -> (BatchAnswer, [PayloadFrame]) {
        let bytes = sums.sums.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
        let answer = BatchAnswer(
            worker: worker, lease: lease, task: task, question: question, rows: sums.count, tokens: sums.tokens,
            checksum: Digest(of: bytes))
        let payload = stride(from: 0, to: bytes.count, by: frameBytes).map {
            PayloadFrame(copying: Array(bytes[$0..<min($0 + frameBytes, bytes.count)]))
        }
        return (answer, payload)
    }

    /// The sums in the frames.
    ///
    /// - Parameters:
    ///   - rows: how many rows the batch has.
    ///   - tokens: measured tokens of a row.
    ///   - size: sums of a row.
    /// - Throws: `MessageRefusal.body` where they are not the batch's, or not those that were computed.
    func sums(in payload: [ReceivedFrame], rows: Int, tokens: Int, size: Int) throws -> PredictionRows {
        guard self.rows == rows, self.tokens == tokens else {
            throw MessageRefusal.body(.answer, problem: "it has \(self.rows) rows of \(self.tokens) tokens, the batch \(rows) of \(tokens)")
        }
        let count = payload.reduce(0) { $0 + $1.count }
        guard count == 8 * rows * size else {
            throw MessageRefusal.body(.answer, problem: "it has \(count) bytes of sums where \(8 * rows * size) are expected")
        }
        let bytes = payload.flatMap(\.bytes)
        guard Digest(of: bytes) == checksum else { throw MessageRefusal.body(.answer, problem: "its sums are not those of its checksum") }
        let sums = bytes.withUnsafeBytes { bytes in
            (0..<rows * size).map {
                Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
            }
        }
        return PredictionRows(count: rows, tokens: tokens, sums: sums)
    }
}
