import ArgumentParser
import Cluster

/// `reassign`: give the part of a lost reducer to the others.
struct ReassignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reassign",
        abstract: "Give the part of a reducer that is lost for good to the others, to be computed again.",
        discussion: """
            EXAMPLE:
              universal-neurons reassign runs/cluster 1

            A reducer whose store is still there only has to be started again. Tasks that brought numbers to the lost one are computed \
            again. What the others have folded of these stays, and is compared; what they had not folded yet, and now get a larger part \
            of, they drop. Of all other tasks nothing is lost. Where no coordinator works, the next one has it computed: `resume`.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Argument(help: "The reducer: its number, or its store as HOST:FOLDER; `status` shows them.")
    var reducer: String

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var report: OutputOptions

    /// What `--json` prints.
    private struct Result: Encodable {
        let reducer: Int
        let columnGroups: Int
        let tasks: Int
    }

    func run() throws {
        let session = try Session(report, label: "reassign")
        let folder = self.folder.planFolder
        let job = ReassignJob(folder: folder)
        let target = try job.target(named: reducer)
        let tasks = try connection.answer(of: folder) { try $0.control(.reassign(target.reducer)).tasks } ?? job.run(target.reducer)
        let result = Result(reducer: target.reducer, columnGroups: target.columnGroups, tasks: tasks)
        try session.finish(result) {
            let groups = "\(result.columnGroups) column \(result.columnGroups == 1 ? "group goes" : "groups go")"
            return "\(groups) from reducer \(result.reducer) to others; "
                + "\(tasks) \(tasks == 1 ? "task that was done is" : "tasks that were done are") computed again\n"
        }
    }
}
