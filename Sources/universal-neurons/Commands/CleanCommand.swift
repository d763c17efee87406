import ArgumentParser
import Pipeline

/// `clean`: remove what is folded or left over in the folder of a run.
struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Remove what is folded or left over in the folder of a run.",
        discussion: """
            EXAMPLE:
              universal-neurons clean runs/demo

            Statistics and results stay; the run can still be extended and analysed.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "clean")
        let outcome = try CleanRun(folder: RunFolder(folder.path)).run()
        try session.finish(outcome) {
            let damaged = outcome.damaged > 0 ? "; `run` computes \(AmountText.count(outcome.damaged, "damaged partial")) again" : ""
            return
                "removed \(AmountText.count(outcome.partials, "partial")) and \(AmountText.count(outcome.unfinished, "unfinished file"))\(damaged)\n"
        }
    }
}
