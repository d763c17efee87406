import Analysis
import Statistics
import Storage

extension Inquiry {
    /// All that a worker has to know of a question before it is given rows.
    struct Content: Codable, Sendable {
        /// The text of the plan's file.
        let plan: String
        /// What is asked.
        let question: InterventionQuestion
        /// How often each token occurs in the corpus; nil where the question does not ask for frequencies.
        let counts: [Int]?
        /// The draw's first row, by which a worker proves that it computes the plan's bits.
        let firstRow: RowPlace
        /// Its tokens, `[context]`.
        let tokens: [Int32]
        /// What `InterventionComputer.fingerprint` says of that row; nil where a plan lets each worker use its best kernels.
        let fingerprint: Digest?
        /// The kernels under whose name the answer is kept, where they are none that the plan names: sums of others must not come to lie
        /// beside theirs. Nil where the plan's compute.
        var kernels: String?

        /// The draw's first row.
        var row: ShardRows {
            ShardRows(context: tokens.count, indices: [firstRow.index], domains: [firstRow.domain], tokens: tokens)
        }
    }
}
