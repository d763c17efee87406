import Corpus
import Statistics

/// The rows of a plan's draw in batches, which depend neither on threads nor on how many rows are asked for.
struct InterventionBatches: Sendable {
    /// Tokens that a batch has, or one row: what a stop costs each thread at most.
    private static let tokens = 2_048

    /// All of them; only the last one may be shorter.
    let all: [InterventionBatch]
    private let draw: Draw

    /// - Parameter rows: how many rows are asked for.
    init(of plan: RunPlan, rows: Int) {
        let size = max(1, Self.tokens / plan.numbers.corpus.context)
        draw = Draw(seed: plan.numbers.corpus.seed, rows: plan.numbers.corpus.rows)
        all = stride(from: 0, to: rows, by: size).enumerated().map { index, first in
            InterventionBatch(index: index, positions: first..<min(first + size, rows))
        }
    }

    /// The rows of a batch with their tokens.
    func rows(of batch: InterventionBatch, in corpus: PackedCorpus) -> ShardRows { rows(at: batch.positions, in: corpus) }

    /// The rows at some positions of the draw with their tokens.
    func rows(at positions: Range<Int>, in corpus: PackedCorpus) -> ShardRows {
        ShardRows(rows: positions.map(draw.row(at:)), of: corpus)
    }
}
