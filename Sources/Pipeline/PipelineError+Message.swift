import Corpus
import Diagnostics

extension PipelineError {
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
        case .optionAsKey(let file, let line, let key, let option):
            "\(file.string):\(line): unknown key '\(key)'; it is the option \(option) of the commands that start a run"
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
        case .folderOfTables(let folder, let tables):
            "\(folder): there is no plan, but tables: \(tables.prefix(20).joined(separator: ", "))\(tables.count > 20 ? ", …" : "")"
        case .noTableOfNeurons(let file): "\(file) is no table of neurons: its first line does not name the columns layer and neuron"
        case .notInspected(let file, let reason): "\(file) is no plan, no partial and no file of a run's store: \(reason)"
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
        case .nothingToExtend(let folder, let planned, let asked):
            "\(folder) has \(planned) tokens already, more than \(asked): there is nothing to extend, and nothing was changed"
        case .pilotAboveBudget(let pilot, let budget):
            "'precision: screening' takes \(pilot) tokens as its pilot, in whole shards of each replicate, more than the budget of \(budget)"
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
        case .directionsNotReachable(let digest, let folder, let reason):
            "\(folder): the directions \(digest), which the plan's columns are projections on, cannot be reached: \(reason)"
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
        case .kernelsOfOtherAnswer(let asked, let running):
            "the answer to the question is kept under the kernels of the process that asks (OpenBLAS \(asked)), and those here are others "
                + "(\(running))"
        case .memoryTooSmall(let offered, let needed, let block):
            "\(offered >> 20) MiB of memory are too few: block \(block) alone needs \((needed >> 20) + 1) MiB"
        case .meansTooLarge(let offered, let needed, let block):
            "\(offered >> 20) MiB of memory are too few for the mean activations of every token of the vocabulary (`moments: {means}`): with "
                + "them block \(block) alone needs \((needed >> 20) + 1) MiB"
        case .noMemoryForTask(let task, let needed, let limit):
            "task \(task) needs \((needed >> 20) + 1) MiB of memory, and \(limit.text)"
        case .budgetUnknown(let corpus):
            "\(corpus): how many tokens `all` of it are is known only once it is packed"
        case .standardErrorNotReached(let folder, let wanted, let found, let tokens, let limit):
            "\(folder): after \(tokens) tokens the universal fraction has \(found), not \(wanted), and \(limit)"
        case .standardErrorTooSmall(let folder, let wanted, let smallest, let replicates):
            "\(folder): \(replicates) replicates can show no error below \(Float(smallest)), that of one neuron in one of them, and never \(wanted)"
        case .tooManyComponents(let model, let asked, let neurons):
            "'columns: principal' asks for \(asked) components, and the layers of model \(model) have \(neurons) neurons"
        case .columnsNotNeurons(let folder, let columns, let question):
            "\(folder): \(question) are of neurons, and the run's columns are \(columns)"
        case .noSuchTask(let number, let count):
            "there is no task \(number): the plan has tasks 0 to \(count - 1)"
        case .noSuchNeuron(let layer, let neuron, let model, let layers, let width):
            "model \(model) has no neuron \(layer).\(neuron): it has layers 0 to \(layers - 1) of \(width) neurons"
        case .noSuchDirection(let name, let model, let layers, let width):
            "model \(model) has no direction \(name): it has layers 0 to \(layers - 1) of \(width) directions"
        case .noSuchModel(let model, let folder, let models):
            "\(folder) has no model '\(model)': it has \(models.joined(separator: ", "))"
        case .fewerTokensThanAsked(let corpus, let asked, let rows, let context):
            "\(corpus) has \(rows) rows of \(context) tokens, fewer than the \(asked) tokens that are asked for"
        case .meanNotKept(_, let kept) where kept.isEmpty:
            "the run keeps no moments of what goes into nonlinearities, by which its mean would be known"
        case .meanNotKept(let model, let kept):
            "the run keeps the mean of what goes into a nonlinearity for references alone (\(Self.list(kept))), and model \(model) is none"
        case .meanNotHere(let folder, let model):
            "\(folder): the sums over all shards are not here, by which the mean of what goes into the nonlinearities of model \(model) is known"
        case .noSuchHead(let layer, let head, let model, let layers, let heads):
            "model \(model) has no head \(layer).\(head): it has layers 0 to \(layers - 1) of \(heads) heads"
        case .noNeuronBeforeHead(let model, let head):
            head.map { "model \(model): head \($0) reads nothing that a neuron writes" }
                ?? "model \(model) has no head that reads what a neuron writes"
        case .noHeadAfterNeuron(let layer, let neuron, let model, let head):
            "model \(model): neuron \(layer).\(neuron) writes nothing that " + (head.map { "head \($0) reads" } ?? "a head reads")
        case .noBeginningOfRow(let corpus):
            "\(corpus): the rows do not begin with one and the same token, which heads that have nothing to do could attend to"
        case .rowsTooShort(let corpus, let context, let needed):
            "\(corpus): rows of \(context) tokens end before position \(needed - 1), the first that is looked at"
        case .nothingToReduce:
            "no partials were given"
        case .incomplete(let folder, let missing): "\(folder): statistics are missing: \(Self.list(missing))"
        case .tasksMissing(let folder, let tasks, let count):
            "\(folder): \(tasks.reduce(0) { $0 + $1.count }) of \(CountText.of(count, "task")) are missing in its statistics: "
                + Self.list(tasks.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" })
        case .nothingToAnalyze(let folder, let isUneven):
            isUneven ? "\(folder): no shard is there in every block yet" : "\(folder): all statistics are missing: nothing is computed yet"
        case .nothingYet(let folder, let holder):
            "\(folder): \(holder) has the run, of which there are no statistics yet that could be analysed"
        case .foldGoesOn(let folder, let holder):
            "\(folder): \(holder) folds shards into its statistics at this moment: some blocks have them, others do not have them yet"
        case .statisticsElsewhere(let folder), .analysisElsewhere(let folder):
            "\(folder): its statistics are with reducers elsewhere, not here"
        case .partlyElsewhere(let folder, let missing):
            "\(folder): some of its statistics are here, others may be with reducers elsewhere: \(Self.list(missing))"
        case .unfinishedWithReducers(let folder, let missing):
            "\(folder): a run with reducers of its own has not ended, and statistics are missing: \(Self.list(missing))"
        case .resultsMissing(let folder):
            "\(folder): the run has no results of its statistics: they are not analysed yet, or an analysis is at work"
        case .rolesMissing(let folder, let hasWeights):
            hasWeights
                ? "\(folder): no neuron has a role: the reference has no unembedding, so its neurons have no effect on a vocabulary"
                : "\(folder): roles are not known: the reference's weights were not there when the run was analysed"
        case .resultsChanged(let folder):
            "\(folder): an analysis has replaced the results while they were read"
        case .otherModel(let file, let layer, let neuron, let complete):
            "\(file) has neuron \(layer).\(neuron), which \(complete) does not have: they are of models of different shape"
        case .otherColumns(let file, let columns, let other, let otherColumns):
            "the columns of \(file) are \(columns), those of \(other) are \(otherColumns): not all of them are the same columns"
        case .noReference(let model, let folder, let references):
            references.isEmpty
                ? "\(folder) is a table, of which no model '\(model)' can be chosen"
                : "\(folder) has no table of model '\(model)': it has those of \(references.joined(separator: ", "))"
        case .noMatrices(let folder, _):
            "\(folder): the run is screened: it has the correlations of candidates alone, and those of all neurons are needed"
        case .noSuchPair(let pair, let folder, let pairs):
            "\(folder) has not compared '\(pair)': it has compared \(pairs.joined(separator: ", "))"
        case .nothingToCompare(let file, let other):
            "\(file) and \(other) have no neuron in common"
        case .nothingToExplain(let folder, let reason, _): "\(folder): \(reason)"
        case .noUniversalNeuron(let folder, let model): "\(folder): no neuron of model \(model) is universal"
        case .noPartner(let layer, let neuron, let model, let other):
            "neuron \(layer).\(neuron) of model \(model) was compared with no layer of model \(other)"
        case .promptsMissing(let folder): "\(folder): no prompts were written of the run, so there is nothing to compare answers with"
        case .answerUnusable(let file, let line, let reason, _): "\(file), line \(line): \(reason)"
        case .noPlanBeside(let files):
            "no plan.json lies beside \(files.map(\.string).joined(separator: " or ")), nor in the folders above"
        case .stopped:
            "stopped on request before the job was complete"
        case .endedWhileIdle: "ended on request, with nothing at work"
        }
    }

    /// What is missing; the first of much.
    private static func list(_ missing: [String]) -> String {
        missing.prefix(4).joined(separator: "; ") + (missing.count > 4 ? "; and \(missing.count - 4) more" : "")
    }

    /// "a", "a or b", "a, b or c".
    static func alternatives(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }
}
