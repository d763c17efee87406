import ArgumentParser
import Pipeline

/// What commands that make a run ask for: the configuration, the run's folder, the budget and the machine.
struct RunInput: ParsableArguments {
    @OptionGroup var source: ConfigurationInput

    @Option(name: .shortAndLong, help: "Folder of the run; made where it is missing.")
    var output: PathArgument

    /// Reads the configuration, chooses the kernels and makes ready for signals.
    ///
    /// - Throws: `PipelineError`, `KernelsError`.
    func prepare(_ session: Session) throws -> (configuration: Configuration, folder: RunFolder, context: JobContext) {
        let folder = RunFolder(output.path)
        let (configuration, context) = try source.prepare(session, in: folder)
        return (configuration, folder, context)
    }
}
