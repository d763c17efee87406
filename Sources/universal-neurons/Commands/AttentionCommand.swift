import Analysis
import ArgumentParser
import Pipeline

/// `attention`: measure what neurons do to attention heads of later layers.
struct AttentionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attention",
        abstract: "Measure what neurons do to attention heads of later layers, by the path between them alone.",
        discussion: """
            EXAMPLE:
              universal-neurons attention runs/demo --neurons 3.117 --head 4.2 --tokens 100k

            A neuron's output is taken from what the head's queries are made of, and from nothing else; what changes is the head's attention \
            to the first token of a row, and how much it gives. Without --neurons those with the largest scores are taken, without --head each \
            neuron's strongest one. What is measured stays in the run's folder: stopped, the same command goes on, and more tokens are added \
            to those that are there.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Option(
        help: ArgumentHelp("Neurons of the reference model, as layer.index, with commas between them.", valueName: "layer.index,…"),
        transform: NeuronList.init(parsing:))
    var neurons: NeuronList?

    @Option(
        help: ArgumentHelp("An attention head of a later layer, as layer.head.", valueName: "layer.head"),
        transform: HeadName.init(parsing:))
    var head: HeadName?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Tokens to read, rounded up to whole batches of rows: a number, 100k, 1M or all (default: 100k, or all that there are).",
            valueName: "n"), transform: TokenBudget.init(parsing:))
    var tokens: TokenBudget?

    @Option(parsing: .unconditional, help: ArgumentHelp("How many neurons are taken without --neurons.", valueName: "n"))
    var top = PathAblationRequest.usualPaths

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func validate() throws {
        if top < 1 { throw ValidationError("--top is a number of at least 1.") }
    }

    func run() throws {
        let session = try Session(report, label: "attention")
        let folder = folder.planFolder
        let context = try session.context(planIn: folder, resources)
        let request = PathAblationRequest(
            neurons: try neurons?.places(in: folder) ?? [], head: head.map { .init(layer: $0.layer, head: $0.head) },
            tokens: tokens, paths: top)
        let found = try PathAblationJob(folder: folder, request: request, context: context).run()
        try session.finish(found) { found.text }
    }
}
