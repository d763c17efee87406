import Analysis
import Models

/// Measures what changes of neurons do to a model's predictions, over the first rows of a run's draw.
///
/// A batch of rows is a task, computed here or elsewhere. Whatever stops the process, the same request goes on with the rows that are missing
/// (``MeasuredBatches``); with more tokens it goes on behind those that are there. The figures are the same bits.
public struct InterveneJob: Sendable {
    /// The run.
    public let folder: RunFolder
    /// What is asked.
    public let request: InterventionRequest
    /// Raw tokens of the draw, rounded up to whole rows; nil: 100,000, or all that there are.
    public let tokens: TokenBudget?
    /// Threads, memory, progress, a way to be stopped.
    public let context: JobContext

    /// A job over a run's models and rows.
    public init(folder: RunFolder, request: InterventionRequest, tokens: TokenBudget? = nil, context: JobContext) {
        self.folder = folder
        self.request = request
        self.tokens = tokens
        self.context = context
    }

    /// Computes what is missing, and writes the answer beside it.
    ///
    /// - Returns: the answer.
    /// - Throws: `PipelineError.planMissing`, `.columnsNotNeurons`, `.noSuchModel`, `.noSuchNeuron`, `.meanNotKept`, `.meanNotHere`,
    ///   `.fewerTokensThanAsked`, `.modelChanged`, `.corpusChanged`, `.stopped`; `ModelError.noUnembedding`; `StorageError.locked` while
    ///   another process works on the same question; errors of the files. The same job goes on.
    public func run() throws -> InterventionOutcome { try run(computing: compute) }

    /// Has what is missing computed, and writes the answer beside it.
    ///
    /// - Parameter compute: has every missing batch computed and kept; not called where none is missing.
    /// - Returns: the answer.
    /// - Throws: as `run`, and what `compute` throws. The same job goes on.
    public func run(computing compute: (InterventionWork) throws -> Void) throws -> InterventionOutcome {
        try asked { $0.ownKernels }.measure(context: context, computing: compute)
    }

    /// What is asked, of the run's plan, for another process to answer: it has the plan's kernels, where the plan names any.
    ///
    /// - Throws: `PipelineError.planMissing`, `.columnsNotNeurons`, `.noSuchModel`, `.noSuchNeuron`, `.meanNotKept`, `.meanNotHere`,
    ///   `.fewerTokensThanAsked`; errors of the files.
    public func askedElsewhere() throws -> AskedQuestion { try asked { $0.hasSameIntegers ? nil : $0.ownKernels } }

    /// - Parameter kernels: those that compute, where they are none that the plan names.
    private func asked(kernels: (RunPlan) -> String?) throws -> AskedQuestion {
        let plan = try AskedQuestion.plan(of: folder)
        let question = try request.question(of: plan, in: folder)
        let rows = try RowBatches.rows(of: plan, tokens: tokens, in: folder)
        return try AskedQuestion(question, rows: rows, of: plan, in: folder, runTokens: plan.tokens, kernels: kernels(plan))
    }

    /// Computes what is missing on this process's threads.
    private func compute(_ work: InterventionWork) throws {
        try work.measured.compute(
            by: try InterventionComputer(work.question, model: work.model, counts: try work.counts(), context: context))
    }
}
