import ArgumentParser
import Pipeline

/// `tokenize`: write the rows of tokens that a run would use, with their domains, as .npy.
struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Write the rows of tokens that a run would use, with their domains, as .npy.",
        discussion: """
            EXAMPLE:
              universal-neurons tokenize configs/demo.yaml --output rows
            """)

    @Argument(help: "Configuration of the run, a YAML file.")
    var config: PathArgument

    @Option(name: .shortAndLong, help: "Folder for tokens.npy and domains.npy; made where it is missing.")
    var output: PathArgument

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func validate() throws {
        if output.path.extension?.lowercased() == "npy" {
            throw ValidationError("'--output' is a folder, which gets tokens.npy and domains.npy: name one without .npy.")
        }
    }

    func run() throws {
        let session = try Session(report, label: "tokenize")
        let configuration = try Configuration.load(config.path).applying(try resources.overrides())
        session.listenForSignals()
        let context = session.context(threads: configuration.threads, memory: configuration.memory)
        let corpus = try TokenizeCorpus(configuration: configuration.corpus, folder: output.path, context: context).run()
        let result = CorpusReport(corpus)
        try session.finish(result) { result.text }
    }
}
