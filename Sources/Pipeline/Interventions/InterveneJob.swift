import Analysis
import Checkpoints
import Models
import Storage

/// Measures what changes of neurons do to a model's predictions, over the first rows of a run's draw.
///
/// A batch of rows is a task, computed here or elsewhere. Whatever stops the process, the same request goes on with the rows that are missing
/// (``MeasuredBatches``); with more tokens it goes on behind those that are there. The figures are the same bits.
public struct InterveneJob {
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
    /// - Throws: `PipelineError.planMissing`, `.columnsNotNeurons`, `.noSuchModel`, `.noSuchNeuron`, `.meanNotKept`, `.fewerTokensThanAsked`,
    ///   `.modelChanged`, `.corpusChanged`, `.stopped`; `ModelError.noUnembedding`; `StorageError.locked` while another process works on the
    ///   same question; errors of the files. The same job goes on.
    public func run() throws -> InterventionOutcome { try run(computing: compute) }

    /// Has what is missing computed, and writes the answer beside it.
    ///
    /// - Parameter compute: has every missing batch computed and kept; not called where none is missing.
    /// - Returns: the answer.
    /// - Throws: as `run`, and what `compute` throws. The same job goes on.
    public func run(computing compute: (InterventionWork) throws -> Void) throws -> InterventionOutcome {
        let plan = try RunPlan.read(folder.plan)
        try plan.checkNeurons(for: "interventions", in: folder)
        let question = try request.question(of: plan, in: folder)
        _ = try InterventionComputation.positions(context: plan.numbers.corpus.context)
        let rows = try InterventionBatches.rows(of: plan, tokens: tokens, in: folder)
        let answers = try InterventionFolder(of: question, plan: plan, in: folder)
        // Before anything is made: a model that cannot answer leaves no folder.
        let model = try openedModel(of: question, plan: plan)
        let corpus = try plan.openCorpus(in: folder, hashingRows: true)
        try context.files.createFolder(answers.batches)
        let lock = try FolderLock(answers.path)
        return try withExtendedLifetime(lock) {
            let batches = InterventionBatches(of: plan, rows: rows)
            let measured = MeasuredBatches(answers: answers, batches: batches, corpus: corpus, lock: lock, context: context)
            try measured.write(question, of: plan)
            let work = InterventionWork(
                plan: plan, folder: folder, question: question, model: model, rows: rows, missing: try measured.missing(),
                measured: measured)
            if work.missing.isEmpty { context.logger.info("all rows are measured already") } else { try compute(work) }
            var tally = InterventionTally(question)
            try measured.takeAll { try tally.add($0) }
            let outcome = InterventionOutcome(folder: answers.path.string, computedRows: work.missingRows, summary: tally.summary)
            try lock.check()
            try InterventionTable(outcome.summary).write(to: answers.table, on: context.files)
            try DurableFile.replace(
                answers.summary, with: try JSONFile.encode(outcome.summary, for: answers.summary, keys: .convertToSnakeCase),
                on: context.files)
            return outcome
        }
    }

    // MARK: What is asked

    private func openedModel(of question: InterventionQuestion, plan: RunPlan) throws -> ModelFolder {
        guard let planned = plan.numbers.models.first(where: { $0.id == question.model }) else {
            throw PipelineError.unknownModel(id: question.model)
        }
        let model = try ModelFinder(context: context).open(planned, of: plan)
        guard ProcessedWeights(model).hasUnembedding else { throw ModelError.noUnembedding(model: planned.id) }
        return model
    }

    // MARK: Computing

    /// Computes what is missing on this process's threads.
    private func compute(_ work: InterventionWork) throws {
        let computer = try InterventionComputer(work.question, model: work.model, counts: try work.counts(), context: context)
        try work.measured.compute(
            work.missing,
            by: MeasuredBatches.Work(
                sums: { try computer.sums(of: $0, check: $1, finishRow: $2) },
                team: computer.team(context: work.plan.numbers.corpus.context)),
            stage: work.stage)
    }
}
