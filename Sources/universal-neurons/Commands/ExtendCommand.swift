import ArgumentParser
import Pipeline

/// `extend`: raise the budget of a run, to a number or until its error is small: only the shards that are new are computed.
struct ExtendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: "Raise the budget of a run, to a number or until its error is small: only new shards are computed.",
        discussion: """
            EXAMPLE:
              universal-neurons extend runs/demo --tokens all
              universal-neurons extend runs/demo --until-se 0.01 --max-tokens 400k

            The result is that of a fresh run with the new budget and shards of the same size, to the bit. 'shard: auto' keeps the size \
            that it chose for the first budget; the log names it where a fresh run would choose another, 'inspect RUN' always. To \
            compare, set 'shard' to that number in the fresh run's configuration.

            --until-se goes on in rounds: it completes the run, analyses it, and where the standard error of the universal fraction \
            ('standard_error' in summary.json) is larger, adds a quarter to all of its tokens again, as many as the error lets expect. \
            Stopped at any moment, the same command goes on. Where the corpus or --max-tokens allows no more it ends with exit code 65; \
            the results are those of the last round then. An error that is smaller than the replicates can show (null in summary.json) \
            counts as the smallest that they can, that of one neuron in one of them; below that nothing is looked for (65). Workers and reducers that were started elsewhere stay until \
            the last round.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The new budget in raw tokens, all that was counted before included: a number, 100k, 10M, 1B or all.", valueName: "n"),
        transform: TokenBudget.init(parsing:))
    var tokens: TokenBudget?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Go on until the universal fraction has at most this standard error, such as 0.001.", valueName: "error"))
    var untilSe: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("With --until-se: the most raw tokens, counted as --tokens (default: the whole corpus).", valueName: "n"),
        transform: TokenBudget.init(parsing:))
    var maxTokens: TokenBudget?

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func validate() throws {
        guard (tokens == nil) != (untilSe == nil) else { throw ValidationError("Give either --tokens or --until-se.") }
        if let untilSe, !(untilSe > 0 && untilSe < 1) { throw ValidationError("--until-se is a number between 0 and 1.") }
        if maxTokens != nil, untilSe == nil { throw ValidationError("--max-tokens belongs to --until-se.") }
    }

    func run() throws {
        let session = try Session(report, label: "extend")
        let run = try ResumedRun(RunFolder(folder.path), resources: resources, session: session)
        if let untilSe {
            try RunUntilError(run: run, goal: ErrorGoal(standardError: untilSe, most: maxTokens ?? .all)).go()
        } else {
            try run.run(tokens: tokens) { try session.finish($0) }
        }
    }
}
