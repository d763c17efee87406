import ArgumentParser
import Pipeline

/// `extend`: raise the budget of a run: only the shards that are new are computed.
struct ExtendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: "Raise the budget of a run: only the shards that are new are computed.",
        discussion: """
            EXAMPLE:
              universal-neurons extend runs/demo --tokens all

            The result is that of a fresh run with the new budget, to the bit.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Option(
        help: ArgumentHelp(
            "The new budget in raw tokens, all that was counted before included: a number, 100k, 10M, 1B or all.", valueName: "n"),
        transform: TokenBudget.init(parsing:))
    var tokens: TokenBudget

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "extend")
        try ResumedRun(folder: RunFolder(folder.path), tokens: tokens, resources: resources).run(session)
    }
}
