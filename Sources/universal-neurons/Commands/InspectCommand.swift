import ArgumentParser
import Pipeline

/// `inspect`: show what is in a run, a plan, a partial, a block of a store, or one neuron.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what is in a run, a plan, a partial, a block of a store, or one neuron.",
        discussion: """
            EXAMPLE:
              universal-neurons inspect runs/demo --neuron 3.117
            """)

    @Argument(help: "Folder of a run, a plan, a partial, or a file of a store.")
    var path: PathArgument

    @Option(help: ArgumentHelp("One neuron of the reference model, as layer.index.", valueName: "layer.index"))
    var neuron: NeuronName?

    @OptionGroup var report: ReportOptions

    func run() throws {
        throw CommandLineError.notConnected
    }
}
