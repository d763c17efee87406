import ArgumentParser
import Pipeline

/// `plan`: write a plan with its calibration, and say what it will cost.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Write a plan with its calibration, and say what it will cost.",
        discussion: """
            EXAMPLE:
              universal-neurons plan configs/demo.yaml --output runs/demo

            The tasks of the plan are for 'map', which any scheduler can start.
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
        let session = try Session(report, label: "plan")
        let configuration = try Configuration.load(config.path).applying(try resources.overrides(tokens: tokens))
        let folder = RunFolder(output.path)
        try session.selectKernels(planIn: folder, else: configuration.kernels)
        session.listenForSignals()
        let context = session.context(threads: configuration.threads, memory: configuration.memory)
        let run = try PlanJob(configuration: configuration, folder: folder, context: context).run()
        let result = PlanReport(plan: PlanInspection(run.plan), cost: try run.cost(context: context))
        try session.finish(result) { result.text }
    }
}
