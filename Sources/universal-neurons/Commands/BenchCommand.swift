import ArgumentParser
import Pipeline

/// `bench`: measure this machine against its peers, ratios in one run.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure this machine against its peers, ratios in one run.",
        discussion: """
            EXAMPLE:
              universal-neurons bench --quick
            """)

    @Flag(help: "Smaller sizes, a minute instead of ten.")
    var quick = false

    @Option(help: "Python with torch, transformers and tokenizers, for the peers (default: those ratios are left out).")
    var python: PathArgument?

    @Option(help: "Also write the JSON result to a file.")
    var save: PathArgument?

    @OptionGroup var report: ReportOptions

    func run() throws {
        throw CommandLineError.notConnected
    }
}
