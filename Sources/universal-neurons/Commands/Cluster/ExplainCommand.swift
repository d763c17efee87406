import ArgumentParser
import Cluster
import Pipeline
import Scheduling

/// `explain`: the history of a task, and why it is where it is; or prompts for explainers of a run's neurons, and the scores of their answers.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Have neurons explained by a language model; or tell the history of a task of a cluster's run.",
        discussion: """
            EXAMPLE:
              universal-neurons explain runs/demo --out prompts.jsonl
              universal-neurons explain runs/demo --in answers.jsonl
              universal-neurons explain runs/cluster 3.1

            NEURONS: --out writes a JSON object a line for each neuron: windows of text around its strongest examples with the activation \
            at each token (as they are, and from 0 to 10), and held_out windows without. Whatever explains them answers with a line for \
            each: run, prompt and neuron as the prompt has them, explanation, a text, simulated, for each held-out window a list with a \
            number for each token, on any scale, and if it likes explainer, its name. --in compares them with the real activations: the \
            score is the correlation over all held-out tokens that the run counts. Explanations and scores go to explanations.csv; answers \
            to other neurons can follow. One line that cannot be used, and nothing of the file is taken.

            TASKS: A task is named SHARD.GROUP, as `status` does, or with the run's folder by its number, as `tasks` does. Its history is in \
            the run's folder: of a coordinator that is named by its address the failures and the reason are had. What a worker logged \
            last stands below the failure.
            """)

    @Argument(help: RunPlace.help, completion: .file(), transform: RunPlace.parse)
    var place: RunPlace

    @Argument(help: "The task to tell the history of, SHARD.GROUP or its number.", transform: TaskName.parse)
    var task: TaskName?

    @OptionGroup var explanations: ExplanationOptions

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var report: OutputOptions

    /// What `--json` prints.
    private struct Result: Encodable {
        let explanation: TaskExplanation
        /// Nil where the run's folder is elsewhere.
        let history: [LedgerEntry]?
    }

    func validate() throws {
        let isOfNeurons = explanations.output != nil || explanations.answers != nil
        guard isOfNeurons == (task == nil) else {
            throw ValidationError(
                isOfNeurons
                    ? "A task excludes '--out' and '--in', which are about neurons: --neurons names them."
                    : "Name a task to be told its history, or give '--out' or '--in' for explanations of neurons.")
        }
        if isOfNeurons, case .coordinator = place { throw ValidationError("'--out' and '--in' need the run's folder.") }
    }

    func run() throws {
        let session = try Session(report, label: "explain")
        if let task {
            do {
                return try tell(of: task, session)
            } catch {
                throw NeuronAsTaskError(error, named: task, in: place) ?? error
            }
        }
        guard case .folder(let folder) = place else { return }
        let neurons = NeuronExplanations(folder: folder, options: explanations, resources: resources, session: session)
        if let output = explanations.output { try neurons.write(to: output) }
        if let answers = explanations.answers { try neurons.score(answers) }
    }

    /// Prints the history of a task.
    private func tell(of task: TaskName, _ session: Session) throws {
        let task = try task.id(in: place)
        let history: [LedgerEntry]? =
            if case .folder(let folder) = place { try LedgerJob(folder: folder).entries(of: task) } else { nil }
        let explanation = try connection.answer(of: place) {
            try $0.control(.explain(task)).explanation
        } else: {
            try LedgerJob(folder: $0).explanation(of: task)
        }
        guard let explanation else { throw ClusterError.noSuchTask(task, in: place.folder) }
        try session.finish(Result(explanation: explanation, history: history)) {
            ExplanationText(explanation, history: history).text
        }
    }
}
