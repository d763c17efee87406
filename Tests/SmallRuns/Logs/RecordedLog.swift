import Logging
import Synchronization

/// Keeps what is logged, of every level.
public final class RecordedLog: Sendable {
    private let recorded = Mutex<[String]>([])

    /// Nothing is logged yet.
    public init() {}

    /// The lines so far, each with its level.
    public var lines: [String] { recorded.withLock { $0 } }

    /// Whether a line has a text in it.
    public func contains(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

    /// Writes into this log.
    public var logger: Logger { Logger(label: "recorded") { _ in Handler(log: self) } }

    private func append(_ line: String) { recorded.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { log.append("\(event.level.rawValue): \(event.message)") }
    }
}
