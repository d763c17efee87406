import ArgumentParser
import Pipeline

/// `run`: compute a whole run in one process, then analyse it.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Compute a whole run in one process, then analyse it.",
        discussion: """
            EXAMPLE:
              universal-neurons run configs/demo.yaml --output runs/demo

            A folder that holds an unfinished run of the same plan is continued; Ctrl-C leaves such a folder.
            A folder with a run of another plan is refused, naming the difference.
            """)

    @OptionGroup var input: RunInput

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "run")
        let (configuration, folder, context) = try input.prepare(session)
        try RunJob(configuration: configuration, folder: folder, context: context).run { _ in
            try session.finish(try AnalyzeRun(folder: folder, isPatient: true, context: context).run())
        }
    }
}
