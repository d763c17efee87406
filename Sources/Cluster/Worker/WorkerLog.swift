import Logging
import Synchronization

/// The worker's log, with its last lines at hand for the report of a failure. Any thread may write to it.
final class WorkerLog: Sendable {
    private let logger: Logger
    private let lines = Mutex<[String]>([])

    init(_ logger: Logger) { self.logger = logger }

    /// The last lines, oldest first.
    var recent: [String] { lines.withLock { $0 } }

    func info(_ text: String) { write(text, as: .info) }

    func notice(_ text: String) { write(text, as: .notice) }

    func warning(_ text: String) { write(text, as: .warning) }

    private func write(_ text: String, as level: Logger.Level) {
        logger.log(level: level, "\(text)")
        lines.withLock { lines in
            // Enough to see what came before, little enough to travel.
            lines.append(String("\(level.rawValue): \(text)".prefix(WorkerHeartbeat.logLine)))
            if lines.count > WorkerHeartbeat.logLines { lines.removeFirst() }
        }
    }
}
