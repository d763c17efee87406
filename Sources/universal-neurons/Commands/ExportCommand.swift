import ArgumentParser
import Pipeline

/// `export`: write a run's results in the layout of the paper's authors.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a run's results in the layout of the paper's authors.",
        discussion: """
            EXAMPLE:
              universal-neurons export runs/demo --authors theirs --rename a=stanford-gpt2-small-a

            theirs/dataframes has their tables of neurons, theirs/correlation_results/A+B/DATASET the summaries of each pair that the run \
            has compared in both directions, as .npz in the place of .pt; with groups of models there is a table of each group's reference. \
            theirs/explanations/A/DATASET/layer_0.csv has the correlations of that layer's neurons with each feature, whose squares are \
            what the authors keep; read its first column, such as 0.10, as text. What a run has not computed is an empty cell, or no array. \
            theirs/universal-neurons.json says of which run and statistics they are, and what the results of an incomplete run do without; by it `compare` knows them.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Option(help: ArgumentHelp("Folder for the authors' files; made where it is missing.", valueName: "folder"))
    var authors: PathArgument

    @Option(
        name: .customLong("rename"),
        help: ArgumentHelp("What a model is to be called there, such as a=stanford-gpt2-small-a; once for each.", valueName: "id=name"),
        transform: ModelRename.init(parsing:))
    var renames: [ModelRename] = []

    @Option(help: ArgumentHelp("What the corpus is to be called there (default: the run's name).", valueName: "name"))
    var dataset: String?

    @OptionGroup var report: OutputOptions

    func validate() throws {
        if let twice = Dictionary(grouping: renames, by: \.id).filter({ $0.value.count > 1 }).keys.min() {
            throw ValidationError("--rename names model \(twice) twice.")
        }
        let names = renames.map(\.name)
        if Set(names).count != names.count { throw ValidationError("--rename gives two models the same name.") }
        if dataset?.isEmpty == true { throw ValidationError("--dataset is a name.") }
    }

    func run() throws {
        let session = try Session(report, label: "export")
        let names = Dictionary(renames.map { ($0.id, $0.name) }) { first, _ in first }
        let outcome = try AuthorsExport(folder: folder.planFolder, output: authors.path, names: names, dataset: dataset).run()
        session.warn(of: outcome.incomplete, in: folder.planFolder)
        for note in outcome.notes { session.log.notice("\(note)") }
        try session.finish(outcome) { outcome.files.map { "\(outcome.output)/\($0)\n" }.joined() }
    }
}
