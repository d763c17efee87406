import Analysis
import Corpus
import Statistics

/// The rows of a plan's draw in batches, which depend neither on threads nor on how many rows are asked for.
struct RowBatches: Sendable {
    /// Tokens that a batch has, or one row: what a stop costs each thread at most.
    private static let tokens = 2_048
    /// Raw tokens that are read where nobody says how many.
    private static let usualTokens = 100_000

    /// All of them; only the last one may be shorter.
    let all: [RowBatch]
    private let draw: Draw

    /// - Parameter rows: how many rows are asked for.
    init(of plan: RunPlan, rows: Int) {
        let size = max(1, Self.tokens / plan.numbers.corpus.context)
        draw = Draw(seed: plan.numbers.corpus.seed, rows: plan.numbers.corpus.rows)
        all = stride(from: 0, to: rows, by: size).enumerated().map { index, first in
            RowBatch(index: index, positions: first..<min(first + size, rows))
        }
    }

    /// How many rows a number of tokens is, rounded up to whole ones.
    ///
    /// - Parameter tokens: raw tokens of the draw; nil: 100,000, or all that there are.
    /// - Throws: `PipelineError.fewerTokensThanAsked`; `AnalysisError.configuration` for rows without a token that counts.
    static func rows(of plan: RunPlan, tokens: TokenBudget?, in folder: RunFolder) throws -> Int {
        let planned = plan.numbers.corpus
        _ = try PredictionRows.positions(context: planned.context)
        func rows(_ tokens: Int) -> Int { tokens / planned.context + (tokens % planned.context == 0 ? 0 : 1) }
        switch tokens {
        case nil: return min(rows(Self.usualTokens), planned.rows)
        case .all: return planned.rows
        case .tokens(let count):
            guard rows(count) <= planned.rows else {
                throw PipelineError.fewerTokensThanAsked(
                    corpus: folder.corpus, asked: count, rows: planned.rows, context: planned.context)
            }
            return rows(count)
        }
    }

    /// The rows of a batch with their tokens.
    func rows(of batch: RowBatch, in corpus: PackedCorpus) -> ShardRows { rows(at: batch.positions, in: corpus) }

    /// The rows at some positions of the draw with their tokens.
    func rows(at positions: Range<Int>, in corpus: PackedCorpus) -> ShardRows {
        ShardRows(rows: positions.map(draw.row(at:)), of: corpus)
    }
}
