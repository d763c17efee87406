import ArgumentParser
import Pipeline

/// `features`: list the features that may explain a neuron, with how often each occurs.
struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "List the features that may explain a neuron, with how often each occurs.",
        discussion: """
            EXAMPLE:
              universal-neurons features configs/demo.yaml
            """)

    @Argument(help: "Configuration of the run, a YAML file.")
    var config: PathArgument

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: ReportOptions

    func run() throws {
        throw CommandLineError.notConnected
    }
}
