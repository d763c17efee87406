import Analysis
import Corpus
import Statistics
import Storage

/// The measurement of a question over the first rows of a run's draw, from what is asked to the answer in the run's folder.
///
/// A batch of rows is a task: one thread computes it, and its sums go to a file in one step. Whatever stops the process, the same question
/// goes on with the batches that are missing. The figures are the same bits. The folder of the answer is this process's as long as this
/// lives.
///
///     let measured = try MeasuredBatches(question, rows: 196, of: plan, in: folder, runTokens: plan.tokens, context: context)
///     let answer = try measured.answer { try measured.compute(by: SubstitutionComputer(question, model: a, from: b, context: context)) }
struct MeasuredBatches<Question: PredictionQuestion>: Sendable {
    /// The sums that are there, and the folder that they are kept in.
    let kept: KeptBatches<Question>
    let batches: RowBatches
    let corpus: PackedCorpus
    private let context: JobContext

    /// Takes the folder of the answer, keeps there what is asked, and looks what is missing.
    ///
    /// - Parameters:
    ///   - rows: how many are asked for.
    ///   - runTokens: raw tokens of the budget whose sums its means are of, if of any; nil where nobody knows.
    /// - Throws: `PipelineError.corpusChanged`; `StorageError.locked` while another process works on the same question; errors of the files.
    init(_ question: Question, rows: Int, of plan: RunPlan, in folder: RunFolder, runTokens: Int?, context: JobContext) throws {
        batches = RowBatches(of: plan, rows: rows)
        // Before anything is made.
        corpus = try plan.openCorpus(in: folder, hashingRows: true)
        kept = try KeptBatches(
            question, batches.all, of: plan, kernels: plan.ownKernels, in: folder, runTokens: runTokens, context: context)
        self.context = context
    }

    /// Has what is missing computed, and writes the answer beside it, unless there is one of more rows: what is there gets no less certain.
    ///
    /// - Parameter compute: has every missing batch computed and kept; not called where none is missing.
    /// - Throws: `StorageError.lockLost` where another process has the folder by now; errors of the files; what `compute` throws.
    func answer(computing compute: () throws -> Void) throws -> MeasuredAnswer<Question.Tally.Summary> {
        try kept.answer(computing: compute)
    }

    /// The rows of a batch with their tokens.
    func rows(of batch: RowBatch) -> ShardRows { batches.rows(of: batch, in: corpus) }

    /// Computes what is missing on this process's threads.
    ///
    /// - Throws: `PipelineError.stopped`, errors of the files and of the computation.
    func compute(by computer: some BatchComputer) throws {
        let (progress, stop, missing) = (context.progress, context.stop, kept.missing)
        progress.begin(kept.stage)
        defer { progress.end() }
        try computer.team(context: corpus.context).forEach(missing.count) { item, _ in
            let batch = missing[item]
            try kept.keep(
                try computer.sums(of: rows(of: batch), check: stop.check, finishRow: { progress.advance(by: 1) }), of: batch)
        }
    }

    /// How often each token occurs in the corpus, all rows of it; the one that every row is begun with is no text.
    ///
    /// - Throws: `PipelineError.stopped`.
    func tokenCounts() throws -> [Int] { try corpus.tokenCounts(check: context.stop.check) }
}
