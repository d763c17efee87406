import ArgumentParser
import Pipeline

/// A configuration with what arguments and environment set in place of its values.
struct ConfigurationInput: ParsableArguments {
    @Argument(help: "Configuration of the run, a YAML file.")
    var config: PathArgument

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Budget in raw tokens: a number, 100k, 10M, 1B or all (default: UN_TOKENS, the configuration).", valueName: "n"),
        transform: TokenBudget.init(parsing:))
    var tokens: TokenBudget?

    @OptionGroup var resources: ResourceOptions

    /// Reads the configuration, and makes sure that its models are where it says.
    ///
    /// - Throws: `PipelineError`.
    func load() throws -> Configuration {
        let configuration = try Configuration.load(config.path)
        try configuration.checkModels(of: config.path)
        return configuration.applying(try resources.overrides(tokens: tokens))
    }

    /// Reads the configuration, chooses the kernels and makes ready for signals.
    ///
    /// - Parameter folder: where the run goes, or is already.
    /// - Throws: `PipelineError`, `KernelsError`.
    func prepare(_ session: Session, in folder: RunFolder) throws -> (configuration: Configuration, context: JobContext) {
        var configuration = try load()
        // The file says what the run began with; what `extend` made of it since then stays.
        if try resources.overrides(tokens: tokens).tokens == nil, folder.hasPlan {
            let extended = try RunPlan.read(folder.plan).configuration.tokens
            if extended > configuration.tokens {
                session.log.info("\(folder.path) holds a run of \(extended) tokens: that stays its budget")
                configuration.tokens = extended
            }
        }
        try session.selectKernels(planIn: folder, else: configuration.kernels)
        session.listenForSignals()
        return (configuration, session.context(threads: configuration.threads, memory: configuration.memory))
    }
}
