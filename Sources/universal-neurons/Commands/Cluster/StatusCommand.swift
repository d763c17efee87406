import ArgumentParser
import Cluster
import Foundation
import Pipeline
import Scheduling

/// `status`: how a cluster's run stands.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how a cluster's run stands: progress, workers, reducers, tasks that failed.",
        discussion: """
            EXAMPLE:
              universal-neurons status runs/cluster --watch

            Where no coordinator works, the run's ledger tells how far it came.
            """)

    @Argument(help: RunPlace.help, completion: .file(), transform: RunPlace.parse)
    var place: RunPlace

    @Flag(help: "Show it again every two seconds, until the run is over.")
    var watch = false

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "status")
        var isFirst = true
        while true {
            let status = try status()
            if watch, !isFirst, StandardOutput.isTerminal { try StandardOutput.write("\u{1B}[H\u{1B}[J") }
            isFirst = false
            try session.finish(status) { StatusText(status).text }
            if !watch || status.outcome != nil { return }
            sleep(2)
        }
    }

    private func status() throws -> ClusterStatus {
        try connection.answer(of: place) {
            try $0.status()
        } else: {
            try LedgerJob(folder: $0).status()
        }
    }
}
