import ArgumentParser
import Pipeline
import Reporting

/// `pages`: write a page of each universal neuron and of each family.
struct PagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pages",
        abstract: "Write a page of each universal neuron and of each family, and one that lists them all.",
        discussion: """
            EXAMPLE:
              universal-neurons pages runs/demo --output pages

            pages/index.html lists the universal neurons and the families. A neuron's page is that of `neuron --html`; a family's lists all of \
            its members over all layers, and with `features: {models: all}` over all models, with best feature, share and universality. Each \
            page is one file that needs no network. Where the report's tables end, these go on.

            Stopped, the same command writes them again; pages of earlier results are replaced, and removed where there is no such neuron or \
            family any more. A folder that holds anything else is refused. With --all every neuron has a page, tens of kilobytes each, and every \
            layer a list.
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var folder: PathArgument

    @Option(help: ArgumentHelp("Folder for the pages; made where it is missing.", valueName: "folder"))
    var output: PathArgument

    @Flag(help: "A page of every neuron of the model, not only of universal ones.")
    var all = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The neurons' model: of a run with groups of models the reference of one of them (default: the first).", valueName: "id"))
    var model: String?

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "pages")
        let folder = folder.planFolder
        let limits = try resources.limits(planIn: folder)
        session.listenForSignals()
        let context = session.context(threads: limits.threads, memory: limits.memory)
        let outcome = try RunPages(folder: folder, output: output.path, model: model, isWhole: all, context: context).write()
        session.warn(of: outcome.incomplete, in: folder)
        try session.finish(outcome) { outcome.text }
    }
}

extension RunPages.Outcome {
    /// What was written, for people.
    fileprivate var text: String {
        var table = TextTable(columns: 4)
        table.add("family", "members", "of \(model)", "universal")
        for family in families { table.add(family.name, "\(family.members)", "\(family.ofModel)", "\(family.universal)") }
        let lists = families.isEmpty ? "" : table.text + "\n"
        return "\(AmountText.count(cards, "card")); model \(model) has \(universal) universal\n\n\(lists)\(index)\n"
    }
}
