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

            A task is named SHARD.GROUP, as `status` does.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Argument(help: "The task, SHARD.GROUP.")
    var task: TaskName

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var report: OutputOptions

    /// What `--json` prints.
    private struct Result: Encodable {
        let explanation: TaskExplanation
        let history: [LedgerEntry]
    }

    func run() throws {
        let session = try Session(report, label: "explain")
        let folder = self.folder.planFolder
        let job = LedgerJob(folder: folder)
        let history = try job.entries(of: task.id)
        // Two steps: a coordinator that answers and knows no such task is not asked for twice.
        let reply = try connection.answer(of: folder) { try $0.control(.explain(task.id)) }
        let explanation = try reply.map(\.explanation) ?? job.explanation(of: task.id)
        guard let explanation else { throw ClusterError.noSuchTask(task.id.description) }
        try session.finish(Result(explanation: explanation, history: history)) {
            var lines = history.map { "\($0.date.formatted(.iso8601))  \($0.record.text)" }
            let reason = explanation.reason.map { ": \($0.text)" } ?? ""
            lines.append("now: \(explanation.phase.rawValue)\(reason)")
            return lines.map { $0.printable() + "\n" }.joined()
        }
    }
}
