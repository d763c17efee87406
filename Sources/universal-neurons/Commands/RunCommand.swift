import ArgumentParser
import Pipeline

/// `run`: compute a whole run in one process, then analyse it.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Compute a whole run in one process, then analyse it.",
        discussion: """
            EXAMPLE:
              universal-neurons run configs/demo.yaml --output runs/demo

            A folder that holds an unfinished run of the same plan is continued; Ctrl-C leaves such a folder.
            A folder with a run of another plan is refused, naming the difference.
            """)

    @Argument(help: "Configuration of the run, a YAML file.")
    var config: PathArgument

    @Option(name: .shortAndLong, help: "Folder of the run; made where it is missing.")
    var output: PathArgument

    @Option(
        help: ArgumentHelp("Budget in raw tokens: a number, 100k, 10M, 1B or all (default: UN_TOKENS, the configuration).", valueName: "n"),
        transform: TokenBudget.init(parsing:))
    var tokens: TokenBudget?

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: ReportOptions

    func run() throws {
        let session = try Session(report, label: "run")
        let configuration = try Configuration.load(config.path).applying(try resources.overrides(tokens: tokens))
        let folder = RunFolder(output.path)
        try session.selectKernels(planIn: folder, else: configuration.kernels)
        session.listenForSignals()
        let context = session.context(threads: configuration.threads, memory: configuration.memory)
        _ = try RunJob(configuration: configuration, folder: folder, context: context).run()
        try session.finish(try AnalyzeRun(folder: folder, context: context).run())
    }
}
