import ArgumentParser
import Cluster
import Pipeline

/// `analyze`: write the tables, matrices and the report of a run from its statistics.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Write the tables, matrices and the report of a run from its statistics.",
        discussion: """
            EXAMPLE:
              universal-neurons analyze runs/demo

            Where reducers elsewhere have the statistics, the run's coordinator has them analysed at the end. --so-far and --incomplete \
            are for statistics in the run's own folder: of a run in one process, or brought there by `gather --statistics`. What is missing \
            then is in summary.json under `incomplete`, and every command that shows results says so.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Flag(help: "Analyse what is there, and name what is missing, when tasks have failed.")
    var incomplete = false

    @Flag(help: "Analyse the shards that every block has, while the run goes on in one process.")
    var soFar = false

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func validate() throws {
        if incomplete && soFar { throw ValidationError("'--incomplete' and '--so-far' exclude each other.") }
    }

    func run() throws {
        let session = try Session(report, label: "analyze")
        let folder = RunFolder(self.folder.path)
        // The analysis looks too, but only behind the kernels, which are chosen by the plan: without one that is another error.
        if soFar { try AnalyzeRun.checkIsPlanned(folder) }
        let context = try session.context(planIn: folder, resources)
        let extent: AnalyzeRun.Extent = incomplete ? .incomplete : soFar ? .soFar : .complete
        let outcome = try GivenUpTasks.named(in: folder) { try AnalyzeRun(folder: folder, extent: extent, context: context).run() }
        try session.finish(outcome, isMissingExpected: soFar)
    }
}
