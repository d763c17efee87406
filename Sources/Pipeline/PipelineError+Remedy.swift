import Foundation
import SystemPackage

extension PipelineError {
    /// What to do about it.
    public var remedy: String {
        switch self {
        case .configurationUnreadable(_, let errno):
            errno == .noSuchFileOrDirectory ? "check the path of the configuration" : "give the path of a readable YAML file"
        case .configurationTooLarge:
            "give the YAML file of a run; corpus and models belong into files of their own"
        case .configurationSyntax:
            "correct the line; configs/demo.yaml shows the form"
        case .unknownKey(_, _, let key, let nearest, let known):
            (NearestName.resembles(key, nearest) ? "write '\(nearest)' if that was meant; " : "remove it; ")
                + "known here: \(known.joined(separator: ", "))"
        case .optionAsKey(_, _, _, let option):
            "remove the key, and give \(option) on the command line"
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
        case .planMissing: "give the folder of a run, or make one with `universal-neurons run CONFIG --output RUN`"
        case .folderOfTables(let folder, let tables):
            "give the one that is meant, such as \(folder.appending(tables.first ?? "neurons.csv"))"
        case .noTableOfNeurons:
            "give the folder of a run, or a CSV file with a neuron a line and these columns, such as a run's neurons.csv"
        case .notInspected:
            "give the folder of a run, its plan.json, a partial that `map` or `reduce` wrote, or a file of a run's store"
        case .pilotIncomplete(let folder):
            """
            go on with the command that began it (a coordinator's also with `resume`), or with `map` and `reduce` and then `plan` again; \
            \(folder)/pilot is a run of its own, to be looked at as any
            """
        case .planOfOtherVersion: "use the version of the program that made the plan, or plan again in a new folder"
        case .planDamaged, .corpusChanged: "plan again in a new folder"
        case .topicsUnusable: "write JSON with a list of words for each topic: {\"music\": [\"guitar\", \"song\"]}"
        case .otherRun: "use a new output folder, or restore the configuration"
        case .nothingToExtend:
            "ask for more tokens, all that was counted before included (`resume` completes what the run has); for fewer, begin a run of its own"
        case .budgetBelowRun: "go on with the larger budget (`extend`, or `run` without --tokens), or use a new output folder"
        case .pilotAboveBudget:
            "set precision to {screening: {pilot: N}} with a smaller N or make shards smaller (shard), raise the budget, or set precision to exact"
        case .outputNotEmpty: "choose a new output folder, or an empty one"
        case .outputInsideCorpus: "choose an output folder outside the corpus"
        case .everythingMasked: "leave something out of corpus.mask"
        case .vocabularyTooSmall, .tokenUnknown: "use models that were trained with the corpus's tokenizer"
        case .tokenizersDiffer:
            "compare models of one tokenizer; where a folder's tokenizer files are not those of its model, take them out of it"
        case .modelMissing(_, _, let file):
            "correct the model's path: one that is not absolute counts from the configuration's folder, \(Self.folder(of: file)), and not "
                + "from where the command is started"
        case .directionsNotReachable: "start again once the coordinator can read the folder basis of its run"
        case .modelNotReachable: "make that folder reachable from this machine and start again"
        case .contextTooLong(_, _, let positions, _): "set corpus.context to at most \(positions)"
        case .unknownModel: "plan again in a new folder"
        case .modelChanged: "restore the model's files, or plan again in a new folder"
        case .tokenizerChanged: "restore the tokenizer's files"
        case .kernelsDiffer: "use a machine with the plan's kernels and the same version of OpenBLAS, or plan with `kernels: any`"
        case .kernelsOfOtherAnswer(let asked, _):
            "use machines with the kernels \(asked) for this question, or ask it from a machine with those of the workers: each kernels have an "
                + "answer of their own"
        case .memoryTooSmall:
            "offer more memory, or use fewer threads, shorter rows, a smaller `chunk`, or fewer or shorter examples (`examples`: count, before, after)"
        case .meansTooLarge: "offer more memory, or leave out `means`; `maxima` takes little"
        case .noMemoryForTask(_, let needed, .offer):
            "give --memory \((needed >> 20) + 1)M or more, or plan smaller tasks: a plan with less `memory` has them"
        case .noMemoryForTask: "offer it more (--memory), or run it on a machine with more; a plan with less `memory` has smaller tasks"
        case .budgetUnknown: "say how many with --tokens, or plan with --output"
        case .standardErrorNotReached:
            "look at the results, which are those of all these tokens; ask for a larger error, or allow or provide more tokens, where these help"
        case .standardErrorTooSmall: "ask for a larger error, or plan a run with a reference of more neurons"
        case .tooManyComponents(_, _, let neurons):
            "set columns to {principal: {components: N}} with N of at most \(neurons), or to principal"
        case .columnsNotNeurons: "ask a run of the same models with `columns: neurons`"
        case .noSuchTask, .noSuchNeuron, .noSuchDirection, .noSuchHead: "give a number in that range"
        case .noSuchModel: "name one of them"
        case .fewerTokensThanAsked: "ask for fewer tokens, or for `all`"
        case .meanNotKept(_, let kept) where kept.isEmpty:
            "set what comes out of it to its mean (--at post), or what goes in to a value of your own (--kind fixed --at pre --values); a run "
                + "that is planned without `moments: none` keeps it"
        case .meanNotKept:
            "ask the reference (--model), set what comes out of it to its mean (--at post), or what goes in to a value of your own "
                + "(--kind fixed --at pre --values)"
        case .meanNotHere(let folder, _):
            "finish the run by `universal-neurons resume \(folder)`, or bring what reducers have by `universal-neurons gather \(folder) "
                + "--statistics`; before that, set what comes out of it to its mean (--at post)"
        case .noHeadAfterNeuron: "name a neuron and a head of a later layer"
        case .noNeuronBeforeHead: "name a head of a layer behind the first"
        case .noBeginningOfRow: "pack the corpus with a tokenizer, or begin each row of token ids with the same one"
        case .rowsTooShort(_, _, let needed): "plan a run with a corpus.context of at least \(needed)"
        case .nothingToReduce: "name the partial files"
        case .statisticsElsewhere(let folder):
            "`resume` goes on with them, `gather` brings them here; to compute everything again here, remove \(folder)/reducers.json"
        case .analysisElsewhere:
            "its coordinator has them analysed at the end; to analyse them here, bring them by `gather --statistics` once no task is left, "
                + "and analyze with --incomplete where some were given up"
        case .partlyElsewhere(let folder, _):
            "`universal-neurons gather \(folder) --statistics` brings what they have, once no task is left; what was given up is with nobody: "
                + "`universal-neurons retry \(folder) --failed` and `resume \(folder)` compute it, or `analyze` and `similarity` do without it "
                + "by --incomplete"
        case .unfinishedWithReducers(let folder, _):
            "wait for its end if it still runs; else `universal-neurons resume \(folder)` goes on with it and analyses it"
        case .resultsMissing(let folder):
            "`universal-neurons resume \(folder)` completes the run and writes them; where everything is computed, `universal-neurons analyze "
                + "\(folder)` does"
        case .rolesMissing(_, true): "use the folder of a model with its language-model head as the reference, in a new run"
        case .rolesMissing(let folder, false):
            "make the files of the first model reachable, and `universal-neurons analyze \(folder)` finds them"
        case .resultsChanged: "start again when it has ended"
        case .noReference: "name the reference of one of the run's groups of models"
        case .noMatrices(_, let pilot): "its pilot is a run of its own: `universal-neurons analyze \(pilot)` writes the pilot's"
        case .noSuchPair: "name pairs of models as the run's files do, the earlier model first; a model makes none with itself"
        case .otherModel, .nothingToCompare: "compare results of the same model"
        case .otherColumns:
            "compare runs with the same `columns`, principal ones of the same models, corpus and calibration; or set the counts in the two "
                + "summary.json side by side"
        case .nothingToExplain(_, _, let remedy): remedy
        case .noPartner: "choose neurons of layers that were compared, or another model with --from"
        case .noUniversalNeuron: "choose neurons with --neurons"
        case .promptsMissing(let folder): "write them first: `universal-neurons explain \(folder) --out prompts.jsonl`"
        case .answerUnusable(_, _, _, let remedy): "\(remedy), and start again: nothing of the file was taken"
        case .noPlanBeside: "name the plan with --plan"
        case .nothingToAnalyze(_, true): "wait until the run has done a shard, or analyze with --incomplete each block over what it has"
        case .nothingToAnalyze(let folder, false): "compute it first: `universal-neurons resume \(folder)`"
        case .nothingYet(let folder, _):
            "ask again later, once some shards are computed; if that process computes none, `universal-neurons resume \(folder)` does when it has "
                + "ended"
        case .foldGoesOn:
            "ask again in a moment, nothing was changed; a fold takes seconds to minutes, but reducers of a run that goes on fold until its end"
        case .incomplete(let folder, _):
            "`universal-neurons resume \(folder)` completes the run (plain commands do by the tasks that `tasks --plan \(folder) --missing "
                + "PARTS` names, and then `reduce`); `analyze` and `similarity` take what is there with --incomplete, "
                + "`analyze` also with --so-far while a process computes the rest"
        case .tasksMissing(let folder, let tasks, _):
            "`universal-neurons map --plan \(folder) --task \(tasks.first?.lowerBound ?? 0) --output PARTS/\(tasks.first?.lowerBound ?? 0).partial` "
                + "computes one, `universal-neurons reduce PARTS/*.partial --store \(folder)/store` adds what there is; or "
                + "`universal-neurons resume \(folder)` computes all of them in one process. Nothing has to be gathered"
        case .stopped:
            "run the same command again: what this one has kept is not computed anew; pages and exported files are written again"
        case .endedWhileIdle: "nothing has to be done; the same command serves again"
        }
    }

    /// The folder that a configuration lies in, from the root.
    private static func folder(of file: FilePath) -> FilePath {
        FilePath(FileManager.default.currentDirectoryPath).pushing(file).removingLastComponent()
    }
}
