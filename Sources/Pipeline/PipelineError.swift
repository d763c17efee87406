import Analysis
import Corpus
import Diagnostics
import SystemPackage

/// What can go wrong between a configuration and the files of a run.
public enum PipelineError: DiagnosedError, Equatable {
    /// The configuration file does not exist or cannot be read.
    case configurationUnreadable(file: FilePath, errno: Errno)
    /// The configuration file is larger than any configuration is.
    case configurationTooLarge(file: FilePath, bytes: Int, limit: Int)
    /// The configuration file is not YAML; `line` counts from 1.
    case configurationSyntax(file: FilePath, line: Int, problem: String)
    /// A key that no configuration has; `nearest` is the known key that it resembles most.
    case unknownKey(file: FilePath, line: Int, key: String, nearest: String, known: [String])
    /// A key that is an option of commands: what it asks for belongs to a start, not to a study.
    case optionAsKey(file: FilePath, line: Int, key: String, option: String)
    /// A key that stands twice in one mapping.
    case duplicateKey(file: FilePath, line: Int, key: String)
    /// A key that has no default is not there.
    case missingKey(file: FilePath, line: Int, key: String, expected: String)
    /// A value of the wrong type.
    case wrongType(file: FilePath, line: Int, key: String, expected: String, found: String)
    /// A value of the right type that cannot be used; empty where it is a list or a mapping.
    case invalidValue(file: FilePath, line: Int, key: String, value: String, reason: String, remedy: String)
    /// Text that is no quantity of its kind (a token budget, a memory size, a resolution), wherever it was written.
    case invalidQuantity(value: String, reason: String, expected: String)
    /// An environment variable of the program with a value that it cannot have.
    case invalidEnvironment(name: String, value: String, reason: String, expected: String)
    /// There is no plan where one is needed.
    case planMissing(file: FilePath)
    /// A folder is no run's and has tables, one of which could be meant.
    case folderOfTables(folder: FilePath, tables: [String])
    /// What is to be compared is a file, and no table of neurons.
    case noTableOfNeurons(file: FilePath)
    /// A file is none of those that can be looked into.
    case notInspected(file: FilePath, reason: String)
    /// A screened run has no plan yet, as its pilot is not complete.
    case pilotIncomplete(folder: FilePath)
    /// The plan was written by another version of the program.
    case planOfOtherVersion(file: FilePath, found: Int, supported: Int)
    /// A file of the plan contradicts the plan.
    case planDamaged(file: FilePath, reason: String)
    /// The folder holds the run of a plan with another identity.
    case otherRun(folder: FilePath, differences: [String])
    /// The budget is smaller than what the run's plan takes already.
    case budgetBelowRun(folder: FilePath, planned: Int, asked: String)
    /// A run is to be extended to fewer tokens than it has.
    case nothingToExtend(folder: FilePath, planned: Int, asked: String)
    /// The pilot of a screened run is larger than its budget.
    case pilotAboveBudget(pilot: Int, budget: Int)
    /// A folder that results would go to lies in the corpus, and would be read as a part of it the next time.
    case outputInsideCorpus(output: FilePath, corpus: FilePath)
    /// The output folder has files that no run has made, and no run.
    case outputNotEmpty(folder: FilePath, holds: [String])
    /// The mask leaves no token.
    case everythingMasked(corpus: FilePath, mask: [Int32])
    /// A token of the corpus is outside a model's vocabulary. Rows and columns count from 0 over the packed rows, which for an array of
    /// token ids are its own.
    case tokenUnknown(corpus: FilePath, row: Int, column: Int, id: Int, model: String, path: FilePath, vocabulary: Int)
    /// A model does not know all of the corpus's token ids.
    case vocabularyTooSmall(model: String, path: FilePath, vocabulary: Int, needed: Int)
    /// Two models that read the same token ids have different tokenizers in their folders.
    case tokenizersDiffer(model: String, other: String, folder: FilePath, difference: TokenizerDifference)
    /// There is nothing where a configuration has a model; the configuration's file.
    case modelMissing(model: String, path: FilePath, configuration: FilePath)
    /// A model of a plan is not where the plan says; elsewhere, or later, it may be.
    case modelNotReachable(model: String, path: FilePath, reason: String)
    /// The directions that a plan's columns are projections on are not to be had; later they may be.
    case directionsNotReachable(digest: String, folder: FilePath, reason: String)
    /// A model's context is shorter than the corpus's rows.
    case contextTooLong(model: String, path: FilePath, positions: Int, context: Int)
    /// A model of the plan is not in its configuration.
    case unknownModel(id: String)
    /// A model's weights are not those that the plan was made with.
    case modelChanged(model: String, path: FilePath)
    /// A file of topics has none, or one that no feature can be made of.
    case topicsUnusable(file: FilePath, reason: String)
    /// The packed corpus is not the one that the plan was made with.
    case corpusChanged(folder: FilePath)
    /// The tokenizer is not the one that the run's tokens were made with: they would be shown as other text.
    case tokenizerChanged(folder: FilePath)
    /// This machine computes other bits than the plan was made with.
    case kernelsDiffer(planned: String, running: String)
    /// A question's answer is kept under other kernels than run here, and the plan names none.
    case kernelsOfOtherAnswer(asked: String, running: String)
    /// Not even one block fits into the memory that is offered.
    case memoryTooSmall(offered: Int, needed: Int, block: String)
    /// The same, and it would without the sums by token that mean activations are made of.
    case meansTooLarge(offered: Int, needed: Int, block: String)
    /// A task needs more memory than it may use; elsewhere, or with a larger offer, it may find it.
    case noMemoryForTask(Int, needed: Int, limit: MemoryLimit)
    /// Nobody can tell how many tokens `all` are: the corpus is not there, or was not read.
    case budgetUnknown(corpus: FilePath)
    /// More tokens were not to be had, or would not help, and the universal fraction's standard error is still larger than was asked for.
    case standardErrorNotReached(folder: FilePath, wanted: Double, found: StandardErrorFinding, tokens: Int, limit: String)
    /// The replicates of a plan cannot show so small a standard error of the universal fraction, whatever is computed.
    case standardErrorTooSmall(folder: FilePath, wanted: Double, smallest: Double, replicates: Int)
    /// More principal directions are asked for than a model's layers have neurons.
    case tooManyComponents(model: String, asked: Int, neurons: Int)
    /// A run's columns are no neurons, and something is asked that is of neurons alone.
    case columnsNotNeurons(folder: FilePath, columns: String, question: String)
    /// The plan has no task of that number.
    case noSuchTask(number: Int, count: Int)
    /// The reference model has no such neuron.
    case noSuchNeuron(layer: Int, neuron: Int, model: String, layers: Int, width: Int)
    /// The reference model has no such direction, in a run whose columns are directions.
    case noSuchDirection(name: String, model: String, layers: Int, width: Int)
    /// The run has no model of that name.
    case noSuchModel(model: String, folder: FilePath, models: [String])
    /// A run's corpus has fewer tokens than are asked for.
    case fewerTokensThanAsked(corpus: FilePath, asked: Int, rows: Int, context: Int)
    /// A neuron is to be set to its mean before the nonlinearity, of which the plan keeps no sums, or those of other models.
    case meanNotKept(model: String, kept: [String])
    /// The same of a model whose sums are kept, and are not all in the run's folder.
    case meanNotHere(folder: FilePath, model: String)
    /// The reference model has no such attention head.
    case noSuchHead(layer: Int, head: Int, model: String, layers: Int, heads: Int)
    /// No attention head reads what a neuron writes, or none of those that were asked for.
    case noHeadAfterNeuron(layer: Int, neuron: Int, model: String, head: String?)
    /// No neuron of a model writes what an attention head reads, or what any does.
    case noNeuronBeforeHead(model: String, head: String?)
    /// Rows do not begin with one and the same token, which heads could attend to instead of nothing.
    case noBeginningOfRow(corpus: FilePath)
    /// Rows end before the first position that is looked at.
    case rowsTooShort(corpus: FilePath, context: Int, needed: Int)
    /// There is nothing to reduce.
    case nothingToReduce
    /// Statistics that the plan asks for are missing.
    case incomplete(folder: FilePath, missing: [String])
    /// Tasks of a run that nobody works on are not in its store; ranges of their numbers, and how many tasks the plan has.
    case tasksMissing(folder: FilePath, tasks: [ClosedRange<Int>], count: Int)
    /// Of what is missing, an analysis of what there is may do without, but there is nothing at all, or nothing that every block has.
    case nothingToAnalyze(folder: FilePath, isUneven: Bool)
    /// A look so far comes before the first statistics of a run that another process works on.
    case nothingYet(folder: FilePath, holder: String)
    /// Another process folds partials into the statistics: some blocks have shards that others do not have yet.
    case foldGoesOn(folder: FilePath, holder: String)
    /// Statistics that the plan asks for are not in the run's folder: reducers elsewhere have them.
    case statisticsElsewhere(folder: FilePath)
    /// What is to be analysed here is with reducers elsewhere.
    case analysisElsewhere(folder: FilePath)
    /// Some of the statistics that the plan asks for are here, and others are not, which reducers elsewhere may have.
    case partlyElsewhere(folder: FilePath, missing: [String])
    /// Statistics that the plan asks for are missing, and the run that computes them with reducers of its own goes on, or was ended.
    case unfinishedWithReducers(folder: FilePath, missing: [String])
    /// A run has no results yet, or an analysis writes them at this moment.
    case resultsMissing(folder: FilePath)
    /// A run's results say of no neuron what it does to the vocabulary: the reference has no unembedding, or its weights were not there.
    case rolesMissing(folder: FilePath, hasWeights: Bool)
    /// An analysis has replaced a run's results while they were read.
    case resultsChanged(folder: FilePath)
    /// A table has a neuron that the other one, which has all neurons of its model, does not have.
    case otherModel(file: FilePath, layer: Int, neuron: Int, complete: FilePath)
    /// Two sides of a comparison have columns that are not the same: a place in one is not that place in the other.
    case otherColumns(file: FilePath, columns: String, other: FilePath, otherColumns: String)
    /// A model is no group's reference, so that a run has no table of its neurons.
    case noReference(model: String, folder: FilePath, references: [String])
    /// A screened run has the correlations of candidates alone; its pilot has all.
    case noMatrices(folder: FilePath, pilot: FilePath)
    /// Two models that a run has not compared.
    case noSuchPair(pair: String, folder: FilePath, pairs: [String])
    /// Two tables have no neuron in common.
    case nothingToCompare(file: FilePath, other: FilePath)
    /// A run has no neuron that prompts could be written of.
    case nothingToExplain(folder: FilePath, reason: String, remedy: String)
    /// None of a model's neurons is universal, where those are asked for.
    case noUniversalNeuron(folder: FilePath, model: String)
    /// A band leaves nothing of another model that a neuron could be compared with.
    case noPartner(layer: Int, neuron: Int, model: String, other: String)
    /// Answers are given to a run of which no prompts were written.
    case promptsMissing(folder: FilePath)
    /// A line of a file of answers cannot be used; lines count from 1.
    case answerUnusable(file: FilePath, line: Int, reason: String, remedy: String)
    /// There is no plan beside any of the files, nor above them.
    case noPlanBeside([FilePath])
    /// The job was asked to stop (Ctrl-C, termination) and did so at a safe point.
    case stopped
    /// A process that was to serve until it is ended was ended so, with nothing at work: nothing has failed.
    case endedWhileIdle

    /// What the process ends with.
    public var exitStatus: ExitStatus {
        switch self {
        case .noSuchModel, .meanNotKept: .usage
        case .fewerTokensThanAsked: .dataError
        case .configurationUnreadable(_, let errno):
            errno == .permissionDenied ? .noPermission : .noInput
        case .configurationTooLarge, .configurationSyntax, .unknownKey, .optionAsKey, .duplicateKey, .missingKey, .wrongType, .invalidValue,
            .invalidEnvironment:
            .configuration
        case .invalidQuantity:
            .usage
        case .planMissing, .folderOfTables, .pilotIncomplete, .budgetUnknown, .modelMissing, .resultsMissing, .promptsMissing,
            .rolesMissing:
            .noInput
        case .noTableOfNeurons,
            .planOfOtherVersion, .planDamaged, .modelChanged, .topicsUnusable, .corpusChanged, .tokenizerChanged, .incomplete,
            .tasksMissing, .nothingToAnalyze, .statisticsElsewhere, .analysisElsewhere, .partlyElsewhere, .unfinishedWithReducers,
            .vocabularyTooSmall,
            .tokenUnknown, .tokenizersDiffer, .standardErrorNotReached, .standardErrorTooSmall, .otherModel, .otherColumns, .noReference,
            .noMatrices, .meanNotHere,
            .noSuchPair, .nothingToCompare, .nothingToExplain, .noUniversalNeuron, .noPartner,
            .answerUnusable, .columnsNotNeurons, .notInspected:
            .dataError
        case .pilotAboveBudget, .otherRun, .budgetBelowRun, .outputInsideCorpus, .everythingMasked, .contextTooLong, .unknownModel,
            .memoryTooSmall, .meansTooLarge, .tooManyComponents:
            .configuration
        case .outputNotEmpty: .cannotCreate
        case .kernelsDiffer, .kernelsOfOtherAnswer: .unavailable
        case .noBeginningOfRow, .rowsTooShort: .dataError
        case .noSuchTask, .nothingToExtend, .noSuchNeuron, .noSuchDirection, .noSuchHead, .noHeadAfterNeuron, .noNeuronBeforeHead,
            .nothingToReduce, .noPlanBeside:
            .usage
        case .stopped, .endedWhileIdle, .modelNotReachable, .directionsNotReachable, .nothingYet, .foldGoesOn, .resultsChanged,
            .noMemoryForTask:
            .temporaryFailure
        }
    }
}
