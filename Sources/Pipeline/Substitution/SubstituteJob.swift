import Analysis
import Checkpoints
import Corpus
import Kernels
import Models
import Storage

/// Measures how well a model predicts with neurons replaced by their matches in another model, over the first rows of a run's draw (SPEC
/// 12).
///
/// Matches are those of the run's results, β and means those of its exact statistics. Whatever stops the process, the same request goes on
/// with the rows that are missing (``MeasuredBatches``); with more tokens it goes on behind those that are there. The figures are the same
/// bits.
public struct SubstituteJob {
    /// The run.
    public let folder: RunFolder
    /// What is asked.
    public let request: SubstitutionRequest
    /// Raw tokens of the draw, rounded up to whole rows; nil: 100,000, or all that there are.
    public let tokens: TokenBudget?
    /// Threads, memory, progress, a way to be stopped.
    public let context: JobContext

    /// A job over a run's models and rows.
    public init(folder: RunFolder, request: SubstitutionRequest, tokens: TokenBudget? = nil, context: JobContext) {
        self.folder = folder
        self.request = request
        self.tokens = tokens
        self.context = context
    }

    /// Computes what is missing, and writes the answer beside it.
    ///
    /// - Returns: the answer.
    /// - Throws: `PipelineError.planMissing`, `.columnsNotNeurons`, what ``NeuronMatches`` throws, `.fewerTokensThanAsked`, `.modelChanged`,
    ///   `.corpusChanged`, `.stopped`; `ModelError.noUnembedding`; `StorageError.locked` while another process works on the same question;
    ///   errors of the files. The same job goes on.
    public func run() throws -> SubstitutionOutcome {
        let plan = try RunPlan.read(folder.plan)
        try plan.checkNeurons(for: "substitutions", in: folder)
        _ = try InterventionComputation.positions(context: plan.numbers.corpus.context)
        let rows = try InterventionBatches.rows(of: plan, tokens: tokens, in: folder)
        let question = try NeuronMatches(folder: folder, plan: plan, context: context).question(request)
        let answers = try InterventionFolder(of: question, plan: plan, in: folder)
        // Before anything is made: a model that cannot answer leaves no folder.
        let model = try opened(question.model, of: plan)
        guard ProcessedWeights(model).hasUnembedding else { throw ModelError.noUnembedding(model: question.model) }
        let other = try opened(question.other, of: plan)
        let corpus = try plan.openCorpus(in: folder, hashingRows: true)
        try context.files.createFolder(answers.batches)
        let lock = try FolderLock(answers.path)
        return try withExtendedLifetime(lock) {
            let batches = InterventionBatches(of: plan, rows: rows)
            let measured = MeasuredBatches(answers: answers, batches: batches, corpus: corpus, lock: lock, context: context)
            try measured.write(question, of: plan)
            let missing = try measured.missing()
            if missing.isEmpty {
                context.logger.info("all rows are measured already")
            } else {
                let work = try work(for: question, of: model, from: other, context: corpus.context)
                try measured.compute(missing, by: work, stage: measured.stage("substituting", missing: missing))
            }
            var tally = SubstitutionTally(question)
            try measured.takeAll { try tally.add($0) }
            let outcome = SubstitutionOutcome(
                folder: answers.path.string, computedRows: MeasuredBatches.rows(missing), summary: tally.summary)
            try lock.check()
            try SubstitutionTable(outcome.summary).write(to: answers.table, on: context.files)
            try DurableFile.replace(
                answers.summary, with: try JSONFile.encode(outcome.summary, for: answers.summary, keys: .convertToSnakeCase),
                on: context.files)
            return outcome
        }
    }

    private func opened(_ id: String, of plan: RunPlan) throws -> ModelFolder {
        guard let planned = plan.numbers.models.first(where: { $0.id == id }) else { throw PipelineError.unknownModel(id: id) }
        return try ModelFinder(context: context).open(planned, of: plan)
    }

    private func work(
        for question: SubstitutionQuestion, of folder: ModelFolder, from otherFolder: ModelFolder, context length: Int
    ) throws -> MeasuredBatches.Work {
        let model = try TransformerModel(id: question.model, folder: folder, team: context.team)
        let unembedding = try Unembedding(of: model, folder: folder, team: context.team)
        try context.stop.check()
        // Layers behind the last one that drives a neuron are not loaded.
        let last = question.neurons.flatMap { [$0.match.layer, $0.random.layer] }.max() ?? 0
        let other = try TransformerModel(id: question.other, folder: otherFolder, throughLayer: last, team: context.team)
        let pass = try SubstitutionPass(unembedding, other: other, conditions: question.conditions)
        let shared =
            model.shape.weightBytes(through: model.shape.layers - 1) + unembedding.byteCount + other.shape.weightBytes(through: last)
        let computation = SubstitutionComputation(pass)
        return MeasuredBatches.Work(
            sums: { try computation.sums(of: $0, check: $1, finishRow: $2) },
            team: context.team(beside: shared, each: pass.workspaceBytes(context: length)))
    }
}
