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

    /// An answer with its frames.
    static func message(
        _ sums: PredictionRows, to question: Digest, _ task: TaskID, under lease: LeaseID, by worker: WorkerID
    ) -> (BatchAnswer, [PayloadFrame]) {
        let (frames, payload) = SumsFrames.message(sums)
        let answer = BatchAnswer(
            worker: worker, lease: lease, task: task, question: question, rows: frames.rows, tokens: frames.tokens,
            checksum: frames.checksum)
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
        try SumsFrames(rows: self.rows, tokens: self.tokens, checksum: checksum).sums(
            of: .answer, in: payload, rows: rows, tokens: tokens, size: size)
    }
}
