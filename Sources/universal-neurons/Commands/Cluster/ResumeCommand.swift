import ArgumentParser
import Cluster
import Pipeline

/// `resume`: go on with a run the way it was started.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run the way it was started, and with the budget that it has by now.",
        discussion: """
            EXAMPLE:
              universal-neurons resume runs/demo

            Of a run that is complete only the results are made again; reducers elsewhere are not waited for.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Flag(help: "Begin a ledger anew that cannot be used: the reducers know what is done.")
    var rebuildLedger = false

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "resume")
        let run = try ResumedRun(RunFolder(folder.path), resources: resources, session: session)
        try run.run(rebuildsLedger: rebuildLedger) { try session.finish($0) }
    }
}
