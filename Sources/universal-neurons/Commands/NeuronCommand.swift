import ArgumentParser
import Pipeline
import Reporting
import Storage

/// `neuron`: show everything that a run knows about one neuron.
struct NeuronCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neuron",
        abstract: "Show everything that a run knows about one neuron, as text, JSON or an HTML page.",
        discussion: """
            EXAMPLE:
              universal-neurons neuron runs/demo 3.178 --html 3.178.html

            Its correlations, partners in each model, explanations and family, role, the tokens that it raises, lowers and reads, cliques, domains, \
            the text in which it is most active and where in a row it fires, the closest weights and the heads that it turns, and what was \
            measured of it since. What a run does not have is left out. `pages` writes the pages of all universal neurons.
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var folder: PathArgument

    @Argument(
        help: ArgumentHelp("The neuron, as layer.index.", valueName: "layer.index"), transform: NeuronName.init(parsing:))
    var neuron: NeuronName

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The neuron's model: of a run with groups of models the reference of one of them, with features of all models any (default: the first).",
            valueName: "id"))
    var model: String?

    @Option(help: ArgumentHelp("Write the page to this file.", valueName: "file"))
    var html: PathArgument?

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "neuron")
        let folder = self.folder.planFolder
        try neuron.check(in: folder)
        let found = try NeuronInspection(layer: neuron.layer, neuron: neuron.index, of: model, in: folder)
        try folder.checkHasTables()
        if let html {
            let page = NeuronCardPage(NeuronCard(found), run: try RunPlan.read(folder.plan).configuration.name)
            try DurableFile.replace(html.path, with: try page.html())
            session.log.info("the page is \(html.path)")
        }
        try session.finish(found) { found.text }
    }
}
