import ArgumentParser
import Pipeline

/// What commands that begin with a configuration ask for: the configuration, the run's folder, the budget and the machine.
struct RunInput: ParsableArguments {
    @Argument(help: "Configuration of the run, a YAML file.")
    var config: PathArgument

    @Option(name: .shortAndLong, help: "Folder of the run; made where it is missing.")
    var output: PathArgument

    @Option(
        help: ArgumentHelp("Budget in raw tokens: a number, 100k, 10M, 1B or all (default: UN_TOKENS, the configuration).", valueName: "n"),
        transform: TokenBudget.init(parsing:))
    var tokens: TokenBudget?

    @OptionGroup var resources: ResourceOptions

    /// Reads the configuration, chooses the kernels and makes ready for signals.
    ///
    /// - Throws: `PipelineError`, `KernelsError`.
    func prepare(_ session: Session) throws -> (configuration: Configuration, folder: RunFolder, context: JobContext) {
        let overrides = try resources.overrides(tokens: tokens)
        var configuration = try Configuration.load(config.path).applying(overrides)
        let folder = RunFolder(output.path)
        // The file says what the run began with; what `extend` made of it since then stays.
        if overrides.tokens == nil, folder.hasPlan {
            let extended = try RunPlan.read(folder.plan).configuration.tokens
            if extended > configuration.tokens {
                session.log.info("\(folder.path) was extended to \(extended) tokens: that stays its budget")
                configuration.tokens = extended
            }
        }
        try session.selectKernels(planIn: folder, else: configuration.kernels)
        session.listenForSignals()
        return (configuration, folder, session.context(threads: configuration.threads, memory: configuration.memory))
    }
}
