import Pipeline
import Statistics

/// What shards of a plan can bring at most. A worker may give any numbers right checksums: those that are beyond this are nobody's, and
/// would keep all later ones out of their sections.
struct ShardLimits: Sendable {
    private let corpus: PlannedCorpus
    private let shape: SectionShape

    /// The limits of a plan.
    init(_ plan: RunPlan) { (corpus, shape) = (plan.numbers.corpus, plan.shape) }

    /// Makes sure that a file says no more than its shards can bring.
    ///
    /// - Throws: `StatisticsError`.
    func check(_ reader: PartialReader) throws {
        for entry in reader.sections {
            let tokens = entry.shards.reduce(0) { sum, record in
                let (tokens, overflow) = sum.addingReportingOverflow(corpus.tokens(ofShard: record.shard))
                return overflow ? .max : tokens
            }
            try reader.check(entry, shape: shape, tokens: tokens, shards: corpus.shards)
        }
    }
}
