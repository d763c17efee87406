import ArgumentParser
import Pipeline
import Storage

/// `inspect`: show what is in a run, a plan, a partial, a block of a store, or one neuron.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what is in a run, a plan, a partial, a block of a store, or one neuron.",
        discussion: """
            EXAMPLE:
              universal-neurons inspect runs/demo --neuron 3.178
            """)

    @Argument(help: "Folder of a run, a plan, a partial, or a file of a store.")
    var path: PathArgument

    @Option(
        help: ArgumentHelp("One neuron of the reference model, as layer.index.", valueName: "layer.index"),
        transform: NeuronName.init(parsing:))
    var neuron: NeuronName?

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "inspect")
        let path = self.path.path
        if let neuron {
            let folder = self.path.planFolder
            try neuron.check(in: folder)
            let found = try NeuronInspection(layer: neuron.layer, neuron: neuron.index, in: folder)
            try session.finish(found) { found.text }
        } else if path.lastComponent?.string == "plan.json" {
            let plan = try PlanInspection(in: self.path.planFolder)
            try session.finish(plan) { plan.text }
        } else if Folder.exists(path) {
            let run = try RunInspection(RunFolder(path))
            try session.finish(run) { run.text }
        } else {
            let partial = try PartialInspection(path)
            try session.finish(partial) { partial.text }
        }
    }
}
