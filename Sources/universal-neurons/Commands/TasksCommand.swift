import ArgumentParser
import Pipeline

/// `tasks`: list the tasks of a plan, or those whose partials are missing.
struct TasksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "List the tasks of a plan, or those whose partials are missing.",
        discussion: """
            EXAMPLE:
              universal-neurons tasks --plan runs/demo/plan.json --missing parts --numbers

            A task's partial is found as TASK.partial. Every byte of it is checked. Stores are not asked: a task whose partial `reduce` has \
            added to one is missing once the partial is removed.
            """)

    @Option(help: "The plan, plan.json or its folder.")
    var plan: PathArgument

    @Option(help: ArgumentHelp("Only tasks without a whole partial in this folder.", valueName: "folder"))
    var missing: PathArgument?

    @Flag(help: "Only the tasks' numbers, one a line.")
    var numbers = false

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "tasks")
        let planned = try PlannedTasks(in: plan.planFolder)
        let entries = missing.map { planned.missing(in: $0.path) } ?? planned.entries
        let result = TaskListing(count: planned.entries.count, tasks: entries)
        try session.finish(result) {
            if numbers { return entries.map { "\($0.task)\n" }.joined() }
            var table = TextTable(columns: 5)
            table.add("task", "shard", "group", "tokens", "blocks")
            for entry in entries { table.add("\(entry.task)", "\(entry.shard)", "\(entry.group)", "\(entry.tokens)", "\(entry.blocks)") }
            return table.text
        }
    }

    /// What `--json` prints.
    private struct TaskListing: Encodable {
        /// Tasks of the plan, listed or not.
        let count: Int
        let tasks: [PlannedTasks.Entry]
    }
}
