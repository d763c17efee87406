import Analysis
import Models
import Storage

/// A question about neurons as it is asked of a run: what is measured, and over how many of the draw's first rows. It can be measured here,
/// by workers, or where another process answers it; the answer is the same bits.
public struct AskedQuestion: Sendable {
    /// The run.
    public let folder: RunFolder
    /// Its plan.
    public let plan: RunPlan
    /// What is asked.
    public let question: InterventionQuestion
    /// Rows that are asked for.
    public let rows: Int
    /// The kernels under whose name the answer is kept, where they are none that the plan names; nil where the plan's compute.
    public let kernels: String?
    /// Raw tokens of the budget whose sums its means are of, if of any; nil where nobody knows.
    public let runTokens: Int?
    /// The batches of its rows, in the order of the draw.
    public let batches: [RowBatch]
    private let answers: AnswerFolder

    /// A question of a plan's model, to be measured by this process and its workers.
    ///
    /// - Precondition: The conditions are of the plan's model, and the plan has so many rows.
    /// - Parameter runTokens: raw tokens of the budget whose sums its means are of, if of any: whoever asks may have another plan of the run than
    ///   this one, before or after it was extended; nil where nobody knows.
    /// - Throws: `StorageError.unencodable`.
    public init(_ question: InterventionQuestion, rows: Int, of plan: RunPlan, in folder: RunFolder, runTokens: Int?) throws {
        try self.init(question, rows: rows, of: plan, in: folder, runTokens: runTokens, kernels: plan.ownKernels)
    }

    /// - Parameter kernels: those that compute, where they are none that the plan names.
    init(_ question: InterventionQuestion, rows: Int, of plan: RunPlan, in folder: RunFolder, runTokens: Int?, kernels: String?) throws {
        (self.question, self.rows, self.plan, self.folder, self.kernels) = (question, rows, plan, folder, kernels)
        self.runTokens = runTokens
        batches = RowBatches(of: plan, rows: rows).all
        answers = try AnswerFolder(of: question, plan: plan, kernels: kernels, in: folder)
    }

    /// What the answer is known by.
    public var identity: Digest { answers.identity }

    /// Sums of a row: of the unmodified run and all conditions, for each measure.
    public var sumsOfRow: Int { (1 + question.conditions.count) * question.measures.count }

    /// The plan of a run that can be asked about its neurons.
    ///
    /// - Throws: `PipelineError.planMissing`, `.columnsNotNeurons`, `AnalysisError.configuration` for rows without a token that counts.
    public static func plan(of folder: RunFolder) throws -> RunPlan {
        let plan = try RunPlan.read(folder.plan)
        try plan.checkNeurons(for: "interventions", in: folder)
        _ = try PredictionRows.positions(context: plan.numbers.corpus.context)
        return plan
    }

    /// The sums of a batch as the run's folder has them; nil where it does not.
    ///
    /// - Throws: `StorageError` for a damaged file.
    public func sums(of batch: RowBatch) throws -> PredictionRows? {
        try answers.rows(ofBatch: batch.index, count: batch.positions.count)
    }

    /// Rows whose sums the run's folder does not have.
    ///
    /// - Throws: what keeps a file from being read.
    public func missingRows() throws -> Int { try answers.missing(of: batches) { _ in }.rows }

    /// Has what is missing computed, and writes the answer beside it.
    ///
    /// - Parameter compute: has every missing batch computed and kept; not called where none is missing.
    /// - Returns: the answer.
    /// - Throws: `PipelineError.modelChanged`, `.corpusChanged`, `.stopped`; `ModelError.noUnembedding`; `StorageError.locked` while another
    ///   process works on the same question; errors of the files; what `compute` throws. The same question goes on.
    public func measure(context: JobContext, computing compute: (InterventionWork) throws -> Void) throws -> InterventionOutcome {
        // Before anything is made: a model that cannot answer leaves no folder.
        let model = try ModelFinder(context: context).openPredicting(question.model, of: plan)
        let measured = try MeasuredBatches(question, rows: rows, of: plan, in: folder, runTokens: runTokens, context: context)
        return try measured.answer { try compute(InterventionWork(folder: folder, model: model, measured: measured)) }
    }

    /// Writes the answer, with sums that were computed elsewhere.
    ///
    /// - Parameters:
    ///   - computedRows: rows that were.
    ///   - sums: the sums of a batch that the run's folder does not have.
    /// - Returns: the answer.
    /// - Throws: `StorageError.locked` while another process works on the same question; errors of the files; what `sums` throws.
    public func keep(
        context: JobContext, computedRows: Int, bringing sums: (RowBatch) throws -> PredictionRows
    ) throws -> InterventionOutcome {
        let kept = try KeptBatches(question, batches, of: plan, kernels: kernels, in: folder, runTokens: runTokens, context: context)
        return try kept.answer(computedRows: computedRows) {
            for batch in kept.missing { try kept.keep(try sums(batch), of: batch) }
        }
    }
}
