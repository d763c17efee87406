import Analysis
import Corpus
import Diagnostics
import Foundation
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
    /// The pilot of a screened run is larger than its budget.
    case pilotAboveBudget(pilot: Int, budget: Int)
    /// A screened run is asked of a coordinator.
    case screeningInOneProcess
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
    /// Not even one block fits into the memory that is offered.
    case memoryTooSmall(offered: Int, needed: Int, block: String)
    /// Nobody can tell how many tokens `all` are: the corpus is not there, or was not read.
    case budgetUnknown(corpus: FilePath)
    /// More tokens were not to be had, or would not help, and the universal fraction's standard error is still larger than was asked for.
    case standardErrorNotReached(folder: FilePath, wanted: Double, found: StandardErrorFinding, tokens: Int, limit: String)
    /// The replicates of a plan cannot show so small a standard error of the universal fraction, whatever is computed.
    case standardErrorTooSmall(folder: FilePath, wanted: Double, smallest: Double, replicates: Int)
    /// The plan has no task of that number.
    case noSuchTask(number: Int, count: Int)
    /// The reference model has no such neuron.
    case noSuchNeuron(layer: Int, neuron: Int, model: String, layers: Int, width: Int)
    /// The reference model has no such attention head.
    case noSuchHead(layer: Int, head: Int, model: String, layers: Int, heads: Int)
    /// No attention head reads what a neuron writes, or none of those that were asked for.
    case noHeadAfterNeuron(layer: Int, neuron: Int, model: String, head: String?)
    /// Rows do not begin with one and the same token, which heads could attend to instead of nothing.
    case noBeginningOfRow(corpus: FilePath)
    /// Rows end before the first position that is looked at.
    case rowsTooShort(corpus: FilePath, context: Int, needed: Int)
    /// There is nothing to reduce.
    case nothingToReduce
    /// Statistics that the plan asks for are missing.
    case incomplete(folder: FilePath, missing: [String])
    /// Of what is missing, an analysis of what there is may do without, but there is nothing at all, or nothing that every block has.
    case nothingToAnalyze(folder: FilePath, isUneven: Bool)
    /// Statistics that the plan asks for are not in the run's folder: reducers elsewhere have them.
    case statisticsElsewhere(folder: FilePath)
    /// What is to be analysed here is with reducers elsewhere.
    case analysisElsewhere(folder: FilePath)
    /// Statistics that the plan asks for are missing, and the run that computes them with reducers of its own goes on, or was ended.
    case unfinishedWithReducers(folder: FilePath, missing: [String])
    /// A run has no results yet, or an analysis writes them at this moment.
    case resultsMissing(folder: FilePath)
    /// An analysis has replaced a run's results while they were read.
    case resultsChanged(folder: FilePath)
    /// A table has a neuron that the other one, which has all neurons of its model, does not have.
    case otherModel(file: FilePath, layer: Int, neuron: Int, complete: FilePath)
    /// A model is no group's reference, so that a run has no table of its neurons.
    case noReference(model: String, folder: FilePath, references: [String])
    /// Two tables have no neuron in common.
    case nothingToCompare(file: FilePath, other: FilePath)
    /// There is no plan beside any of the files, nor above them.
    case noPlanBeside([FilePath])
    /// The job was asked to stop (Ctrl-C, termination) and did so at a safe point.
    case stopped

    /// The facts of the error.
    public var message: String {
        switch self {
        case .configurationUnreadable(let file, let errno):
            "\(file.string): cannot read the configuration: \(errno)"
        case .configurationTooLarge(let file, let bytes, let limit):
            "\(file.string): \(bytes) bytes are too many for a configuration, whose limit is \(limit) bytes"
        case .configurationSyntax(let file, let line, let problem):
            "\(file.string):\(line): not valid YAML: \(problem)"
        case .unknownKey(let file, let line, let key, let nearest, _):
            "\(file.string):\(line): unknown key '\(key)'; the nearest known key is '\(nearest)'"
        case .duplicateKey(let file, let line, let key):
            "\(file.string):\(line): the key '\(key)' stands here and once more in the same mapping"
        case .missingKey(let file, let line, let key, let expected):
            "\(file.string):\(line): the key '\(key)' is missing, expected \(expected)"
        case .wrongType(let file, let line, let key, let expected, let found):
            "\(file.string):\(line): '\(key)' must be \(expected), found \(found)"
        case .invalidValue(let file, let line, let key, "", let reason, _):
            "\(file.string):\(line): '\(key)' cannot be used: \(reason)"
        case .invalidValue(let file, let line, let key, let value, let reason, _):
            "\(file.string):\(line): '\(key)' cannot be '\(value)': \(reason)"
        case .invalidQuantity(let value, let reason, _):
            "'\(value)' \(reason)"
        case .invalidEnvironment(let name, let value, let reason, _):
            "the environment variable \(name) is '\(value)', which \(reason)"
        case .planMissing(let file):
            "\(file): there is no plan"
        case .pilotIncomplete(let folder):
            "\(folder): there is no plan yet: the run is screened, and its pilot, \(folder)/pilot, is not complete"
        case .planOfOtherVersion(let file, let found, let supported):
            "\(file): the plan has format \(found), this program reads format \(supported)"
        case .planDamaged(let file, let reason):
            "\(file): \(reason)"
        case .otherRun(let folder, let differences):
            "\(folder) holds another run: \(differences.prefix(6).joined(separator: ", "))\(differences.count > 6 ? ", …" : "")"
        case .budgetBelowRun(let folder, let planned, let asked):
            "\(folder) holds a run of \(planned) tokens, more than the budget of \(asked)"
        case .pilotAboveBudget(let pilot, let budget):
            "'precision: screening' takes \(pilot) tokens as its pilot, in whole shards of each replicate, more than the budget of \(budget)"
        case .screeningInOneProcess:
            "'precision: screening' is not for a coordinator with workers and reducers yet"
        case .outputNotEmpty(let folder, let names):
            "\(folder) holds no run, but other files, some of which a run might replace: \(names.prefix(4).joined(separator: ", "))"
                + (names.count > 4 ? " and \(names.count - 4) more" : "")
        case .outputInsideCorpus(let output, let corpus):
            "the output folder \(output) lies in the corpus \(corpus), and would be read as a part of it"
        case .everythingMasked(let corpus, let mask):
            "\(corpus): the mask (\(mask.prefix(8).map(String.init).joined(separator: ", "))\(mask.count > 8 ? ", …" : "")) leaves no token to count"
        case .tokenUnknown(let corpus, let row, let column, let id, let model, let path, let vocabulary):
            "\(corpus), row \(row), column \(column): token id \(id) is outside the \(vocabulary) tokens of model \(model) (\(path))"
        case .vocabularyTooSmall(let model, let path, let vocabulary, let needed):
            "\(path): model \(model) knows \(vocabulary) tokens, the corpus needs \(needed)"
        case .tokenizersDiffer(let model, let other, let folder, let difference):
            "\(folder): models \(model) and \(other) have different tokenizers: \(difference.place) is \(difference.first) for \(model) "
                + "and \(difference.second) for \(other)"
        case .modelMissing(let model, let path, let file): "\(file): model \(model) is not there: there is no folder \(path)"
        case .modelNotReachable(let model, let path, let reason): "\(path): model \(model) cannot be reached: \(reason)"
        case .contextTooLong(let model, let path, let positions, let context):
            "\(path): model \(model) has a context of \(positions) tokens, the corpus's rows have \(context)"
        case .unknownModel(let id):
            "the plan's configuration has no model '\(id)'"
        case .modelChanged(let model, let path):
            "\(path): the weights of model \(model) are not those that the plan was made with"
        case .topicsUnusable(let file, let reason): "\(file) is no file of topics: \(reason)"
        case .corpusChanged(let folder):
            "\(folder): the packed corpus is not the one that the plan was made with"
        case .tokenizerChanged(let folder):
            "\(folder): the tokenizer is not the one that the tokens were made with"
        case .kernelsDiffer(let planned, let running):
            "this machine (OpenBLAS \(running)) does not reproduce the bits of the plan's kernels (\(planned))"
        case .memoryTooSmall(let offered, let needed, let block):
            "\(offered >> 20) MB of memory are too few: block \(block) alone needs \((needed >> 20) + 1) MB"
        case .budgetUnknown(let corpus):
            "\(corpus): how many tokens `all` of it are is known only once it is packed"
        case .standardErrorNotReached(let folder, let wanted, let found, let tokens, let limit):
            "\(folder): after \(tokens) tokens the universal fraction has \(found), not \(wanted), and \(limit)"
        case .standardErrorTooSmall(let folder, let wanted, let smallest, let replicates):
            "\(folder): \(replicates) replicates can show no error below \(Float(smallest)), that of one neuron in one of them, and never \(wanted)"
        case .noSuchTask(let number, let count):
            "there is no task \(number): the plan has tasks 0 to \(count - 1)"
        case .noSuchNeuron(let layer, let neuron, let model, let layers, let width):
            "model \(model) has no neuron \(layer).\(neuron): it has layers 0 to \(layers - 1) of \(width) neurons"
        case .noSuchHead(let layer, let head, let model, let layers, let heads):
            "model \(model) has no head \(layer).\(head): it has layers 0 to \(layers - 1) of \(heads) heads"
        case .noHeadAfterNeuron(let layer, let neuron, let model, let head):
            "model \(model): neuron \(layer).\(neuron) writes nothing that " + (head.map { "head \($0) reads" } ?? "a head reads")
        case .noBeginningOfRow(let corpus):
            "\(corpus): the rows do not begin with one and the same token, which heads that have nothing to do could attend to"
        case .rowsTooShort(let corpus, let context, let needed):
            "\(corpus): rows of \(context) tokens end before position \(needed - 1), the first that is looked at"
        case .nothingToReduce:
            "no partials were given"
        case .incomplete(let folder, let missing): "\(folder): statistics are missing: \(Self.list(missing))"
        case .nothingToAnalyze(let folder, let isUneven):
            isUneven ? "\(folder): no shard is there in every block yet" : "\(folder): all statistics are missing: nothing is computed yet"
        case .statisticsElsewhere(let folder), .analysisElsewhere(let folder):
            "\(folder): its statistics are with reducers elsewhere, not here"
        case .unfinishedWithReducers(let folder, let missing):
            "\(folder): a run with reducers of its own has not ended, and statistics are missing: \(Self.list(missing))"
        case .resultsMissing(let folder):
            "\(folder): the run has no results: it is not analysed yet, or an analysis is at work"
        case .resultsChanged(let folder):
            "\(folder): an analysis has replaced the results while they were read"
        case .otherModel(let file, let layer, let neuron, let complete):
            "\(file) has neuron \(layer).\(neuron), which \(complete) does not have: they are of models of different shape"
        case .noReference(let model, let folder, let references):
            references.isEmpty
                ? "\(folder) is a table, of which no model '\(model)' can be chosen"
                : "\(folder) has no table of model '\(model)': it has those of \(references.joined(separator: ", "))"
        case .nothingToCompare(let file, let other):
            "\(file) and \(other) have no neuron in common"
        case .noPlanBeside(let files):
            "no plan.json lies beside \(files.map(\.string).joined(separator: " or ")), nor in the folders above"
        case .stopped:
            "stopped on request before the job was complete"
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .configurationUnreadable(_, let errno):
            errno == .noSuchFileOrDirectory ? "check the path of the configuration" : "give the path of a readable YAML file"
        case .configurationTooLarge:
            "give the YAML file of a run; corpus and models belong into files of their own"
        case .configurationSyntax:
            "correct the line; configs/demo.yaml shows the form"
        case .unknownKey(_, _, _, let nearest, let known):
            "write '\(nearest)' if that was meant; known here: \(known.joined(separator: ", "))"
        case .duplicateKey:
            "keep one of the two"
        case .missingKey(_, _, let key, _):
            "add '\(key)' to the configuration"
        case .wrongType(_, _, _, let expected, _):
            "write \(expected)"
        case .invalidValue(_, _, _, _, _, let remedy):
            remedy
        case .invalidQuantity(_, _, let expected):
            "give \(expected)"
        case .invalidEnvironment(let name, _, _, let expected):
            "set \(name) to \(expected), or unset it"
        case .planMissing: "give the folder of a run, or make one with `universal-neurons plan CONFIG --output RUN`"
        case .pilotIncomplete(let folder):
            "complete it with `run`, or with `map` and `reduce` and then `plan` again; \(folder)/pilot is a run of its own, to be looked at as any"
        case .planOfOtherVersion: "use the version of the program that made the plan, or plan again in a new folder"
        case .planDamaged, .corpusChanged: "plan again in a new folder"
        case .topicsUnusable: "write JSON with a list of words for each topic: {\"music\": [\"guitar\", \"song\"]}"
        case .otherRun: "use a new output folder, or restore the configuration"
        case .budgetBelowRun: "go on with the larger budget (`extend`, or `run` without --tokens), or use a new output folder"
        case .pilotAboveBudget:
            "set precision to {screening: {pilot: N}} with a smaller N or make shards smaller (shard), raise the budget, or set precision to exact"
        case .screeningInOneProcess:
            "`run` it in one process, or let an engine start its tasks (`plan`, `map`, `reduce`); or set precision to exact or int8"
        case .outputNotEmpty: "choose a new output folder, or an empty one"
        case .outputInsideCorpus: "choose an output folder outside the corpus"
        case .everythingMasked: "leave something out of corpus.mask"
        case .vocabularyTooSmall, .tokenUnknown: "use models that were trained with the corpus's tokenizer"
        case .tokenizersDiffer:
            "compare models of one tokenizer; where a folder's tokenizer files are not those of its model, take them out of it"
        case .modelMissing(_, _, let file):
            "correct the model's path: it counts from the configuration's folder, \(Self.folder(of: file)), and not from where the command is started"
        case .modelNotReachable: "make that folder reachable from this machine and start again"
        case .contextTooLong(_, _, let positions, _): "set corpus.context to at most \(positions)"
        case .unknownModel: "plan again in a new folder"
        case .modelChanged: "restore the model's files, or plan again in a new folder"
        case .tokenizerChanged: "restore the tokenizer's files"
        case .kernelsDiffer: "use a machine with the plan's kernels and the same version of OpenBLAS, or plan with `kernels: any`"
        case .memoryTooSmall:
            "offer more memory, or use fewer threads, shorter rows, a smaller `chunk`, or fewer or shorter examples (`examples`: count, before, after)"
        case .budgetUnknown: "say how many with --tokens, or plan with --output"
        case .standardErrorNotReached:
            "look at the results, which are those of all these tokens; ask for a larger error, or allow or provide more tokens, where these help"
        case .standardErrorTooSmall: "ask for a larger error, or plan a run with a reference of more neurons"
        case .noSuchTask, .noSuchNeuron, .noSuchHead: "give a number in that range"
        case .noHeadAfterNeuron: "name a neuron and a head of a later layer"
        case .noBeginningOfRow: "pack the corpus with a tokenizer, or begin each row of token ids with the same one"
        case .rowsTooShort(_, _, let needed): "plan a run with a corpus.context of at least \(needed)"
        case .nothingToReduce: "name the partial files"
        case .statisticsElsewhere(let folder):
            "`resume` goes on with them, `gather` brings them here; to compute everything again here, remove \(folder)/reducers.json"
        case .analysisElsewhere:
            "its coordinator has them analysed at the end; to analyse them here, bring them by `gather --statistics` once the run is complete"
        case .unfinishedWithReducers(let folder, _):
            "wait for its end if it still runs; else `universal-neurons resume \(folder)` goes on with it and analyses it"
        case .resultsMissing(let folder): "`universal-neurons analyze \(folder)` writes them once everything is computed"
        case .resultsChanged: "start again when it has ended"
        case .noReference: "name the reference of one of the run's groups of models"
        case .otherModel, .nothingToCompare: "compare results of the same model"
        case .noPlanBeside: "name the plan with --plan"
        case .nothingToAnalyze(_, true): "wait until the run has done a shard, or analyze with --incomplete each block over what it has"
        case .nothingToAnalyze(let folder, false): "compute it first: `universal-neurons resume \(folder)`"
        case .incomplete(let folder, _):
            "run the missing tasks (`run` computes them; by plain commands those that `tasks --plan \(folder) --missing PARTS` names, then "
                + "`reduce`), or analyze with --incomplete"
        case .stopped:
            "run the same command again: it continues where this one stopped"
        }
    }

    /// What the process ends with.
    public var exitStatus: ExitStatus {
        switch self {
        case .configurationUnreadable(_, let errno):
            errno == .permissionDenied ? .noPermission : .noInput
        case .configurationTooLarge, .configurationSyntax, .unknownKey, .duplicateKey, .missingKey, .wrongType, .invalidValue,
            .invalidEnvironment:
            .configuration
        case .invalidQuantity:
            .usage
        case .planMissing, .pilotIncomplete, .budgetUnknown, .modelMissing, .resultsMissing: .noInput
        case .planOfOtherVersion, .planDamaged, .modelChanged, .topicsUnusable, .corpusChanged, .tokenizerChanged, .incomplete,
            .nothingToAnalyze, .statisticsElsewhere, .analysisElsewhere, .unfinishedWithReducers, .vocabularyTooSmall, .tokenUnknown,
            .tokenizersDiffer, .standardErrorNotReached, .standardErrorTooSmall, .otherModel, .noReference, .nothingToCompare:
            .dataError
        case .pilotAboveBudget, .screeningInOneProcess, .otherRun, .budgetBelowRun, .outputInsideCorpus, .everythingMasked, .contextTooLong,
            .unknownModel, .memoryTooSmall:
            .configuration
        case .outputNotEmpty: .cannotCreate
        case .kernelsDiffer: .unavailable
        case .noBeginningOfRow, .rowsTooShort: .dataError
        case .noSuchTask, .noSuchNeuron, .noSuchHead, .noHeadAfterNeuron, .nothingToReduce, .noPlanBeside: .usage
        case .stopped, .modelNotReachable, .resultsChanged:
            .temporaryFailure
        }
    }

    /// What is missing; the first of much.
    private static func list(_ missing: [String]) -> String {
        missing.prefix(4).joined(separator: "; ") + (missing.count > 4 ? "; and \(missing.count - 4) more" : "")
    }

    /// The folder that a configuration lies in, from the root.
    private static func folder(of file: FilePath) -> FilePath {
        FilePath(FileManager.default.currentDirectoryPath).pushing(file).removingLastComponent()
    }

    /// "a", "a or b", "a, b or c".
    static func alternatives(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }
}
