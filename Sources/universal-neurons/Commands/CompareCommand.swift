import ArgumentParser
import Pipeline
import SystemPackage

/// `compare`: compare a run's results with those of another run, or with a published table.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare a run's results with those of another run, or with a published table of neurons.",
        discussion: """
            EXAMPLE:
              universal-neurons compare runs/small stanford-gpt2-small-a-universal.csv

            A table is a CSV file with columns layer and neuron, and any that neurons.csv has; both sides may be one. The exit code is 0 \
            whatever is found. A tolerance is absolute for correlations, baselines and shares; for other columns it is in standard \
            deviations of the column. Of two runs all pairs of models that both have compared are set side by side, by the models' \
            ids.
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var folder: PathArgument

    @Argument(help: "Folder of another run, or a table.")
    var other: PathArgument

    @Option(parsing: .unconditional, help: "Differences up to this count as agreement.")
    var tolerance = CompareResults.defaultTolerance

    @Option(parsing: .unconditional, help: ArgumentHelp("How many neurons that differ are named.", valueName: "n"))
    var top = 10

    @Option(
        parsing: .unconditional, help: "Excess correlation above which a table's neurons are universal (default: that of the run, or 0.5).")
    var threshold: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Of runs with groups of models the reference whose neurons are compared (default: the first model).", valueName: "id"))
    var model: String?

    @OptionGroup var report: OutputOptions

    func validate() throws {
        guard tolerance >= 0, tolerance.isFinite else { throw ValidationError("--tolerance is a number of at least 0.") }
        guard top >= 0 else { throw ValidationError("--top is a number of at least 0.") }
        if let threshold, !(-1...1).contains(threshold) { throw ValidationError("--threshold is a number from -1 to 1.") }
    }

    func run() throws {
        let session = try Session(report, label: "compare")
        let found = try CompareResults(
            first: folder.path, second: other.path, threshold: threshold, tolerance: tolerance, top: top, model: model
        ).run()
        if threshold != nil, found.first.content == .run, found.second.content == .run {
            session.log.warning("--threshold is that of tables: a run's universal neurons are those of its own, which its plan names")
        }
        for side in [found.first, found.second] { session.warn(of: side.incomplete, in: RunFolder(FilePath(side.path))) }
        for side in [found.first, found.second] where side.repeatedRows > 0 {
            session.log.warning("\(side.path): \(AmountText.count(side.repeatedRows, "row")) of neurons that stood before left out")
        }
        try session.finish(found) { found.text }
    }
}
