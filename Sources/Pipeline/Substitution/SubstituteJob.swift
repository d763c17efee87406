import Analysis
import Diagnostics
import Models

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
        let rows = try RowBatches.rows(of: plan, tokens: tokens, in: folder)
        let question = try NeuronMatches(folder: folder, plan: plan, context: context).question(request)
        // Before anything is made: a model that cannot answer leaves no folder.
        let models = ModelFinder(context: context)
        let (model, other) = (try models.openPredicting(question.model, of: plan), try models.open(question.other, of: plan))
        let measured = try MeasuredBatches(question, rows: rows, of: plan, in: folder, runTokens: plan.tokens, context: context)
        return try measured.answer {
            sayHowMuch(measured)
            try measured.compute(by: try SubstitutionComputer(question, model: model, from: other, context: context))
        }
    }

    /// Says beforehand what is to be computed: of many neurons it takes hours, where all of them together take minutes.
    private func sayHowMuch(_ measured: MeasuredBatches<SubstitutionQuestion>) {
        let (question, tokens) = (measured.kept.question, measured.kept.missingRows * measured.corpus.context)
        let together = SubstitutionQuestion.Kind.allCases.count
        let hint = question.conditions.count > together ? "; --together takes \(together)" : ""
        context.logger.info(
            """
            \(CountText.of(question.conditions.count, "pass", plural: "passes")) over \(CountText.of(tokens, "token")), each through the layers \
            behind its neurons\(hint)
            """)
    }
}
