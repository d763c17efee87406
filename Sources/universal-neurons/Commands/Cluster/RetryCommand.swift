import ArgumentParser
import Cluster
import Scheduling

/// `retry`: give failed tasks a new chance.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Give failed tasks of a cluster's run a new chance.",
        discussion: """
            EXAMPLE:
              universal-neurons retry runs/cluster --failed

            Where no coordinator works, the next one tries them: `resume`. Of a task that was named and has not failed nothing changes; \
            it is said where it stands.
            """)

    @Argument(help: RunPlace.help, completion: .file(), transform: RunPlace.parse)
    var place: RunPlace

    @Flag(help: "All tasks that failed, or with --task those that are named.")
    var failed = false

    @Option(
        name: .customLong("task"),
        help: ArgumentHelp("This task, SHARD.GROUP or its number in the plan; may be given several times.", valueName: "task"),
        transform: TaskName.parse)
    var tasks: [TaskName] = []

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var report: OutputOptions

    func validate() throws {
        if !failed && tasks.isEmpty { throw ValidationError("Name the tasks with --task, or take all that failed with --failed.") }
    }

    func run() throws {
        let session = try Session(report, label: "retry")
        let chosen = tasks.isEmpty ? nil : try tasks.map { try $0.id(in: place) }
        let effect: RetryEffect = try connection.answer(of: place) {
            // Of a task that it does not have a coordinator says nothing.
            for task in chosen ?? [] where try $0.control(.explain(task)).explanation == nil {
                throw ClusterError.noSuchTask(task, in: place.folder)
            }
            let reply = try $0.control(.retry(chosen))
            return reply.retry ?? RetryEffect(tasks: reply.tasks)
        } else: {
            try LedgerJob(folder: $0).retry(chosen)
        }
        try session.finish(effect) { effect.text(ofRun: "\(place)") }
    }
}
