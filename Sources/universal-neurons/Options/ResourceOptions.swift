import ArgumentParser
import Foundation
import Pipeline

/// What a command may use of the machine; no result depends on it.
struct ResourceOptions: ParsableArguments {
    @Option(
        parsing: .unconditional, help: "Compute threads (default: UN_THREADS, the configuration, one a core).",
        transform: ConfigurationOverrides.threads(parsing:))
    var threads: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Memory to stay within, such as 4G, which is 4 GiB (default: UN_MEMORY, the configuration, what is free). Computing refuses \
            what does not fit; the analysis warns, and goes on with one column group at a time.
            """, valueName: "size"),
        transform: MemorySize.init(parsing:))
    var memory: MemorySize?

    /// These options, and the environment where one is not given.
    ///
    /// - Throws: `PipelineError.invalidEnvironment`.
    func overrides(tokens: TokenBudget? = nil) throws -> ConfigurationOverrides {
        ConfigurationOverrides(tokens: tokens, threads: threads, memory: memory)
            .over(try Self.environment())
    }

    /// These options, the environment where one is not given, and else what the configuration of a plan says.
    ///
    /// - Throws: `PipelineError.invalidEnvironment`, and as `RunPlan.read`.
    func limits(planIn folder: RunFolder) throws -> ConfigurationOverrides {
        let planned = try RunPlan.read(folder.plan).configuration
        return try overrides().over(ConfigurationOverrides(threads: planned.threads, memory: planned.memory))
    }

    /// What the environment sets.
    static func environment() throws -> ConfigurationOverrides {
        try ConfigurationOverrides(environment: ProcessInfo.processInfo.environment)
    }
}
