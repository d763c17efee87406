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
            of, they drop. Of all other tasks nothing is lost. Where no coordinator works, the next one has it computed: `resume`. Sums that \
            `gather --statistics` brought to the run's folder are not used: they are computed again as well.

            Reducers of a complete run have ended, and their stores are kept: there --lost has to say that one is gone.
            """)

    @Argument(help: RunPlace.help, completion: .file(), transform: RunPlace.parse)
    var place: RunPlace

    @Argument(help: "The reducer: its number, which `status` shows, or with the run's folder its store as HOST:FOLDER.")
    var reducer: String

    @Flag(help: "Its store is lost, though the run is complete: have what it held computed again.")
    var lost = false

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
        let result = try result()
        try session.finish(result) {
            let groups = "\(result.columnGroups) column \(result.columnGroups == 1 ? "group goes" : "groups go")"
            return "\(groups) from reducer \(result.reducer) to others; "
                + "\(result.tasks) \(result.tasks == 1 ? "task that was done is" : "tasks that were done are") computed again\n"
        }
    }

    private func result() throws -> Result {
        let target: ReassignJob.Target? =
            if case .folder(let folder) = place { try ReassignJob(folder: folder).target(named: reducer) } else { nil }
        let number = try target?.reducer ?? number()
        return try connection.answer(of: place) { coordinator in
            // How much it has is known before it is given away.
            let groups = try target?.columnGroups ?? coordinator.status().reducers.first { $0.index == number }?.groups
            return Result(reducer: number, columnGroups: groups ?? 0, tasks: try coordinator.control(.reassign(number)).tasks)
        } else: {
            Result(reducer: number, columnGroups: target?.columnGroups ?? 0, tasks: try ReassignJob(folder: $0).run(number, isLost: lost))
        }
    }

    /// The reducer where only its coordinator can be asked, which goes by numbers.
    private func number() throws -> Int {
        guard let number = Int(reducer), number >= 0 else {
            throw ValidationError("Name the reducer by its number: which store it has is known in the run's folder.")
        }
        return number
    }
}
