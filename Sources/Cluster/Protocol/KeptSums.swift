import Analysis
import Storage

/// The sums of a batch as whoever answers questions has kept them. Behind it the sums, as behind a `BatchAnswer`.
struct KeptSums: Codable, Sendable, Hashable {
    /// What the question is known by: its `Ask.key`.
    let question: Digest
    /// The batch, counted from the beginning of the draw.
    let batch: Int
    /// What is said of the sums.
    let sums: SumsFrames

    /// A batch's sums with their frames.
    static func message(_ sums: PredictionRows, of batch: Int, to question: Digest) -> (KeptSums, [PayloadFrame]) {
        let (frames, payload) = SumsFrames.message(sums)
        return (KeptSums(question: question, batch: batch, sums: frames), payload)
    }
}
