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
              universal-neurons cancel tcp://head:7400 --keys keys

            It also ends a coordinator that has everything computed and waits for reducers' findings, or gathers.
            """)

    @Argument(help: RunPlace.help, completion: .file(), transform: RunPlace.parse)
    var place: RunPlace

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "cancel")
        let open = try connection.answer(of: place) {
            try $0.control(.cancel).tasks
        } else: {
            throw try LedgerJob(folder: $0).nothingRuns()
        }
        try session.finish(["open_tasks": open]) { "cancelled; \(open) \(open == 1 ? "task was" : "tasks were") not done\n" }
    }
}
