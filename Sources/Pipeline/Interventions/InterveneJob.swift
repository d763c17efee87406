import Analysis
import Checkpoints
import Corpus
import Kernels
import Models
import Storage

/// Measures what changes of neurons do to a model's predictions, over the first rows of a run's draw.
///
/// A batch of rows is a task: one thread computes it, and its sums go to a file in one step. Whatever stops the process, the same request goes
/// on with the batches that are missing; with more tokens it goes on behind those that are there. The figures are the same bits.
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
    /// - Throws: `PipelineError.planMissing`, `.columnsNotNeurons`, `.noSuchModel`, `.noSuchNeuron`, `.meanNotKept`, `.fewerTokensThanAsked`, `.modelChanged`,
    ///   `.corpusChanged`, `.stopped`; `ModelError.noUnembedding`; `StorageError.locked` while another process works on the same question;
    ///   errors of the files. The same job goes on.
    public func run() throws -> InterventionOutcome {
        let plan = try RunPlan.read(folder.plan)
        try plan.checkNeurons(for: "interventions", in: folder)
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
            let computed = missing.reduce(0) { $0 + $1.positions.count }
            if missing.isEmpty {
                context.logger.info("all rows are measured already")
            } else {
                let pass = try pass(for: question, of: model, corpus: corpus)
                try compute(
                    missing, of: batches, with: InterventionComputation(pass.pass, measures: question.measures), corpus: corpus,
                    team: team(for: pass, context: corpus.context), into: answers, lock: lock, rows: rows)
            }
            var tally = InterventionTally(question)
            for batch in batches.all {
                guard let sums = try answers.rows(ofBatch: batch.index, count: batch.positions.count) else {
                    throw StorageError.notFound(answers.batches.appending("\(batch.index).npz"))
                }
                try tally.add(sums)
            }
            let outcome = InterventionOutcome(folder: answers.path.string, computedRows: computed, summary: tally.summary)
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

    /// A prepared pass, and what it keeps in memory whatever the threads.
    private struct Prepared {
        let pass: InterventionPass
        let byteCount: Int
    }

    private func pass(for question: InterventionQuestion, of folder: ModelFolder, corpus: PackedCorpus) throws -> Prepared {
        let model = try TransformerModel(id: question.model, folder: folder, team: context.team)
        let unembedding = try Unembedding(of: model, folder: folder, team: context.team)
        try context.stop.check()
        var unigram: UnigramDistribution?
        if question.hasFrequencies {
            unigram = UnigramDistribution(counts: try counts(in: corpus), vocabulary: model.shape.vocabularySize)
        }
        let pass = try InterventionPass(unembedding, conditions: question.conditions, unigram: unigram, team: context.team)
        return Prepared(
            pass: pass, byteCount: model.shape.weightBytes(through: model.shape.layers - 1) + unembedding.byteCount + pass.byteCount)
    }

    /// How often each token occurs in the corpus, all rows of it; the one that every row is begun with is no text.
    private func counts(in corpus: PackedCorpus) throws -> [Int] {
        defer { corpus.forgetPages() }
        var counts = [Int](repeating: 0, count: corpus.vocabularySize)
        let first = corpus.beginningOfRow == nil ? 0 : 1
        for row in 0..<corpus.rowCount {
            if row % 1_024 == 0 {
                try context.stop.check()
                corpus.forgetPages()
            }
            for token in corpus.tokens(ofRow: row).dropFirst(first) { counts[Int(token)] += 1 }
        }
        return counts
    }

    /// As many threads as fit into the memory, one at least.
    private func team(for prepared: Prepared, context length: Int) -> ThreadTeam {
        guard let memory = context.memory else { return context.team }
        let each = prepared.pass.workspaceBytes(context: length)
        let fitting = max(0, memory - prepared.byteCount) / max(1, each)
        if fitting < context.team.count {
            let needed = (prepared.byteCount + context.team.count * each) >> 20
            context.logger.warning(
                "\(context.team.count) threads would take \(needed + 1) MB; \(max(1, fitting)) work within \(memory >> 20) MB")
        }
        return ThreadTeam(count: min(context.team.count, max(1, fitting)))
    }

    private func compute(
        _ missing: [InterventionBatches.Batch], of batches: InterventionBatches, with computation: InterventionComputation,
        corpus: PackedCorpus, team: ThreadTeam, into answers: InterventionFolder, lock: FolderLock, rows: Int
    ) throws {
        let (progress, stop, files) = (context.progress, context.stop, context.files)
        let todo = missing.reduce(0) { $0 + $1.positions.count }
        progress.begin(ProgressStage("intervening", unit: .rows, total: rows, completed: rows - todo))
        defer { progress.end() }
        try team.forEach(missing.count) { item, _ in
            let batch = missing[item]
            let sums = try computation.sums(of: batches.rows(of: batch, in: corpus), check: stop.check) { progress.advance(by: 1) }
            try lock.check()
            try answers.write(sums, batch: batch.index, on: files)
        }
    }

    /// The sums of a batch that is there; one that cannot be read is computed again.
    private func kept(_ batch: InterventionBatches.Batch, in answers: InterventionFolder) throws -> InterventionRows? {
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
