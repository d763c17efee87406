import ArgumentParser
import Cluster
import Pipeline

/// `cancel`: end a cluster's run; what is computed stays.
struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a cluster's run; what is computed stays, and `resume` goes on with it.",
        discussion: """
            EXAMPLE:
              universal-neurons cancel runs/cluster
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "cancel")
        let folder = self.folder.planFolder
        guard let client = try connection.client(of: folder) else { throw ClusterError.noCoordinator(folder.path) }
        let open = try client.control(.cancel).tasks
        try session.finish(["open_tasks": open]) { "cancelled; \(open) \(open == 1 ? "task was" : "tasks were") not done\n" }
    }
}
