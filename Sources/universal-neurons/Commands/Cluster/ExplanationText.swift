import Cluster
import Diagnostics
import Foundation
import Scheduling

/// Why a task is where it is, as text.
struct ExplanationText {
    private let explanation: TaskExplanation
    private let history: [LedgerEntry]?

    /// A task's explanation, and its history where the run's folder is here.
    init(_ explanation: TaskExplanation, history: [LedgerEntry]?) {
        self.explanation = explanation
        self.history = history
    }

    /// The history, or the failures alone where that is not here, each with what the worker logged last; then how the task stands.
    var text: String {
        var lines: [String] = []
        if let history {
            for entry in history {
                lines.append("\(entry.date.formatted(.iso8601))  \(entry.record.text)")
                if case .attemptFailed(_, _, let failure) = entry.record { lines += Self.log(of: failure) }
            }
        } else {
            for failure in explanation.failures {
                lines.append("it came to nothing on \(failure.worker) (\(failure.host), \(failure.kind.rawValue)): \(failure.reason)")
                lines += Self.log(of: failure)
            }
        }
        let reason = explanation.reason.map { ": \($0.text)" } ?? ""
        lines.append("now: \(explanation.phase.rawValue)\(reason)")
        return lines.map { $0.printable() + "\n" }.joined()
    }

    /// What the worker logged last, oldest first, or why that is not known.
    private static func log(of failure: TaskFailure) -> [String] { failure.lastLines.map { "    \($0)" } }
}
