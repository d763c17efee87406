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

            Where no coordinator works, the run's ledger tells how far it came. With --watch the exit code is 0 once the run is complete \
            and its results are there, that of its coordinator where it ended otherwise, and 75 where nothing coordinates it any more; \
            where the run has no plan yet, it is waited for; with --json there is one object a line. The last lines that workers logged before a task failed: \
            `explain RUN TASK`, with --json also here for the first thousand failed tasks.
            """)

    @Argument(help: RunPlace.help, completion: .file(), transform: RunPlace.parse)
    var place: RunPlace

    @Flag(help: "Show it again every two seconds, until the run is over or nothing coordinates it.")
    var watch = false

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "status")
        var watching = StatusWatch(place: "\(place)")
        var isToldOfLogs = false
        while true {
            if watch, case .folder(let folder) = place, watching.isToCome(folder) {
                if let news = watching.missPlan() { session.log.notice("\(news)") }
                sleep(2)
                continue
            }
            do {
                let status = try status()
                if watch, watching.hasBegun, StandardOutput.isTerminal { try StandardOutput.write("\u{1B}[H\u{1B}[J") }
                try session.finish(status, isPretty: !watch) {
                    StatusText(status, of: "\(place)", connection: connection.security.text).text
                }
                if report.json, !isToldOfLogs, let count = status.logsLeftOut {
                    session.log.notice("\(Self.note(logsLeftOut: count, of: place, connection.security.text))")
                    isToldOfLogs = true
                }
                if try !watch || watching.isOver(status) { return }
            } catch ClusterError.noAnswer(let endpoint, _) where watching.hasBegun {
                StandardError.shared.line("nobody answers at \(endpoint)")
                try watching.missAnswer()
            } catch ClusterError.handshakeFailed(let endpoint, let failure) where watching.hasBegun {
                StandardError.shared.line("no connection to \(endpoint): \(failure)")
                try watching.missAnswer()
            } catch let error as ClusterError where watch {
                try watching.missLedger(error)
            }
            sleep(2)
        }
    }

    private static func note(logsLeftOut count: Int, of place: RunPlace, _ options: String) -> String {
        "\(AmountText.count(count, "failed task")) without the lines that workers logged: `universal-neurons explain \(place) TASK\(options)` has them"
    }

    private func status() throws -> ClusterStatus {
        try connection.answer(of: place) {
            try $0.status(isWatching: watch)
        } else: {
            try LedgerJob(folder: $0).status()
        }
    }
}
