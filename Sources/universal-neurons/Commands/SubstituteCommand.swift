import Analysis
import ArgumentParser
import Cluster
import Pipeline

/// `substitute`: measure how well a model predicts with neurons replaced by their matches in another model.
struct SubstituteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "substitute",
        abstract: "Measure how well a model predicts with neurons replaced by their matches in another model.",
        discussion: """
            EXAMPLE:
              universal-neurons substitute runs/demo --neurons 3.178,1.241 --from b --tokens 100k

            Both models read the same rows. At all positions a neuron's activation is replaced by mean + β (match − its mean), β = covariance / \
            variance and means those of the run's statistics; the match is the neuron of the other model that it is most correlated with. \
            Beside it stand the neuron's mean alone, and another neuron of the match's layer, drawn at random, in the match's place. Each \
            neuron is replaced alone, then all of them together; measured are the loss of the next token, the entropy of its distribution \
            and the KL divergence of the unmodified distribution from it (nats), over all tokens of a row but the first and the last, with \
            standard errors over rows. "recovered" is the share of the loss that the mean costs which the match brings back; there is none where \
            the mean costs nothing.

            A neuron alone costs three passes through the layers behind it: name a few of many universal ones, or take --together. \
            RUN/substitution has a folder for each question, with the sums of the rows that are done, substitution.csv and \
            substitution.json. Stopped at any moment, the same command goes on; with more tokens it adds rows, with fewer it \
            prints a part of them, and the table stays.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Option(
        help: ArgumentHelp(
            "Neurons of the model, such as 3.117,3.200: layer and index (default: its universal neurons).", valueName: "list"),
        transform: NeuronList.init(parsing:))
    var neurons: NeuronList?

    @Flag(help: "Only all neurons together, none alone.")
    var together = false

    @Option(help: ArgumentHelp("Which model of the run predicts (default: the first).", valueName: "id"))
    var model: String?

    @Option(
        help: ArgumentHelp("Which model drives its neurons (default: the first that the run has compared with it).", valueName: "id"))
    var from: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Raw tokens of the draw, rounded up to whole rows: a number, 100k, 1M or all (default: 100k, or all that there are).",
            valueName: "n"), transform: TokenBudget.init(parsing:))
    var tokens: TokenBudget?

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "substitute")
        let folder = folder.planFolder
        let context = try session.context(planIn: folder, resources)
        let request = SubstitutionRequest(
            neurons: try neurons?.places(in: folder), model: model, from: from, isTogetherOnly: together)
        let job = SubstituteJob(folder: folder, request: request, tokens: tokens, context: context)
        let outcome = try GivenUpTasks.named(in: folder) { try job.run() }
        try session.finish(outcome) { outcome.text }
    }
}
