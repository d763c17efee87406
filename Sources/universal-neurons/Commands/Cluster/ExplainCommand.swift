import ArgumentParser
import Cluster
import Pipeline
import Scheduling

/// `explain`: the history of a task, and why it is where it is.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell the history of a task of a cluster's run, and why it is where it is.",
        discussion: """
            EXAMPLE:
              universal-neurons explain runs/cluster 3.1

            A task is named SHARD.GROUP, as `status` does, or with the run's folder by its number, as `tasks` does. Its history is in \
            the run's folder: of a coordinator that is named by its address the failures and the reason are had. What a worker logged \
            last stands below the failure.
            """)

    @Argument(help: RunPlace.help, completion: .file(), transform: RunPlace.parse)
    var place: RunPlace

    @Argument(help: "The task, SHARD.GROUP or its number.", transform: TaskName.parse)
    var task: TaskName

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var report: OutputOptions

    /// What `--json` prints.
    private struct Result: Encodable {
        let explanation: TaskExplanation
        /// Nil where the run's folder is elsewhere.
        let history: [LedgerEntry]?
    }

    func run() throws {
        let session = try Session(report, label: "explain")
        let task = try task.id(in: place)
        let history: [LedgerEntry]? =
            if case .folder(let folder) = place { try LedgerJob(folder: folder).entries(of: task) } else { nil }
        let explanation = try connection.answer(of: place) {
            try $0.control(.explain(task)).explanation
        } else: {
            try LedgerJob(folder: $0).explanation(of: task)
        }
        guard let explanation else { throw ClusterError.noSuchTask(task.description) }
        try session.finish(Result(explanation: explanation, history: history)) {
            ExplanationText(explanation, history: history).text
        }
    }
}
