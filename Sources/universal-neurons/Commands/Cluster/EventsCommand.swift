import ArgumentParser
import Cluster
import Foundation
import Scheduling
import Storage

/// `events`: the history of a cluster's run.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Print what has happened in a cluster's run, oldest first; with --json one object a line.",
        discussion: """
            EXAMPLE:
              universal-neurons events runs/cluster --json
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @OptionGroup var report: OutputOptions

    func run() throws {
        _ = try Session(report, label: "events")
        for entry in try LedgerJob(folder: folder.planFolder).entries() {
            if report.json {
                try StandardOutput.write(
                    String(decoding: JSONFile.encode(entry, isPretty: false, keys: .convertToSnakeCase), as: UTF8.self))
            } else {
                try StandardOutput.write("\(entry.date.formatted(.iso8601)) \(entry.record.text.printable())\n")
            }
        }
    }
}
