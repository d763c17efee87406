import Analysis
import ArgumentParser
import Pipeline

/// `roles`: list the prediction, suppression and partition neurons of a run.
struct RolesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roles",
        abstract: "List the prediction, suppression and partition neurons of a run, with their tokens, and count them by layer.",
        discussion: """
            EXAMPLE:
              universal-neurons roles runs/demo --universal --top 20

            A prediction neuron raises a few tokens and leaves the others alone, a suppression neuron lowers a few, a partition neuron raises one \
            large part of the vocabulary and lowers another one. The strongest come first: by the kurtosis of the effect on the vocabulary, \
            for partition by its variance. roles.csv has all of them.
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var folder: PathArgument

    @Option(help: "Only neurons of this role.")
    var role: NeuronRole?

    @Flag(help: "List universal neurons only.")
    var universal = false

    @Option(parsing: .unconditional, help: ArgumentHelp("How many neurons of each role are listed; 0: only the counts.", valueName: "n"))
    var top = 10

    @OptionGroup var report: OutputOptions

    func validate() throws {
        guard top >= 0 else { throw ValidationError("--top is a number of at least 0.") }
    }

    func run() throws {
        let session = try Session(report, label: "roles")
        let found = try RolesInspection(folder.planFolder, role: role, isUniversalOnly: universal, top: top)
        try session.finish(found) { found.text(isUniversalOnly: universal) }
    }
}

extension NeuronRole: ExpressibleByArgument {}
