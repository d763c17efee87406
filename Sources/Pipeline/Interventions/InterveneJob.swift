import Analysis
import Checkpoints
import Models
import Storage

/// Measures what changes of neurons do to a model's predictions, over the first rows of a run's draw.
///
/// A batch of rows is a task: one thread computes it, here or elsewhere, and its sums go to a file in one step. Whatever stops the process,
/// the same request goes on with the batches that are missing; with more tokens it goes on behind those that are there. The figures are
/// the same bits.
public struct InterveneJob {
    /// What is asked for where nobody says how many: 100,000 tokens, or all that there are.
    public static let usualTokens = 100_000
    /// The run.
    public let folder: RunFolder
    /// What is asked.
    public let request: InterventionRequest
    /// Raw tokens of the draw, rounded up to whole rows; nil: ``usualTokens``, or all that there are.
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
    /// - Throws: `PipelineError.planMissing`, `.noSuchModel`, `.noSuchNeuron`, `.meanNotKept`, `.fewerTokensThanAsked`, `.modelChanged`,
    ///   `.corpusChanged`, `.stopped`; `ModelError.noUnembedding`; `StorageError.locked` while another process works on the same question;
    ///   errors of the files. The same job goes on.
    public func run() throws -> InterventionOutcome { try run(computing: compute) }

    /// Has what is missing computed, and writes the answer beside it.
    ///
    /// - Parameter compute: has every missing batch computed and kept; not called where none is missing.
    /// - Returns: the answer.
    /// - Throws: as `run`, and what `compute` throws. The same job goes on.
    public func run(computing compute: (InterventionWork) throws -> Void) throws -> InterventionOutcome {
        let plan = try RunPlan.read(folder.plan)
        let question = try request.question(of: plan, in: folder)
        _ = try InterventionComputation.positions(context: plan.numbers.corpus.context)
        let rows = try rowCount(of: plan)
        let answers = try InterventionFolder(of: question, plan: plan, in: folder)
        // Before anything is made: a model that cannot answer leaves no folder.
        let model = try openedModel(of: question, plan: plan)
        let corpus = try plan.openCorpus(in: folder, hashingRows: true)
        try context.files.createFolder(answers.batches)
        let lock = try FolderLock(answers.path)
        return try withExtendedLifetime(lock) {
            let batches = InterventionBatches(of: plan, rows: rows)
            let missing = try batches.all.filter { try kept($0, in: answers) == nil }
            try JSONFile.write(
                QuestionRecord(identity: answers.identity, plan: plan.identity, question: question), to: answers.question,
                on: context.files)
            let work = InterventionWork(
                plan: plan, folder: folder, question: question, model: model, rows: rows, missing: missing, corpus: corpus,
                batches: batches, answers: answers, lock: lock, context: context)
            if missing.isEmpty { context.logger.info("all rows are measured already") } else { try compute(work) }
            var tally = InterventionTally(question)
            for batch in batches.all {
                guard let sums = try answers.rows(ofBatch: batch.index, count: batch.positions.count) else {
                    throw StorageError.notFound(answers.batches.appending("\(batch.index).npz"))
                }
                try tally.add(sums)
            }
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

    private func rowCount(of plan: RunPlan) throws -> Int {
        let planned = plan.numbers.corpus
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
        let team = computer.team(context: work.plan.numbers.corpus.context)
        let (progress, stop) = (context.progress, context.stop)
        progress.begin(work.stage)
        defer { progress.end() }
        try team.forEach(work.missing.count) { item, _ in
            let batch = work.missing[item]
            let sums = try computer.sums(of: work.rows(of: batch), check: stop.check) { progress.advance(by: 1) }
            try work.keep(sums, of: batch)
        }
    }

    /// The sums of a batch that is there; one that cannot be read is computed again.
    private func kept(_ batch: InterventionBatch, in answers: InterventionFolder) throws -> InterventionRows? {
        do {
            return try answers.rows(ofBatch: batch.index, count: batch.positions.count)
        } catch let error as StorageError {
            context.logger.warning("computed again: \(error.message)")
            return nil
        }
    }

    /// What the file beside the answer says of the question.
    private struct QuestionRecord: Encodable {
        let identity, plan: Digest
        let question: InterventionQuestion
    }
}
