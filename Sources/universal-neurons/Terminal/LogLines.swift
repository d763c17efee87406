import Diagnostics
import Foundation
import Logging

/// Writes log messages as lines on standard error: `2026-01-31T09:30:00Z info plan: 12 shards`.
struct LogLines: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let label: String

    init(label: String, level: Logger.Level) {
        self.label = label
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
        StandardError.shared.line(
            "\(Self.time()) \(Self.name(of: event.level)) \(label): \("\(event.message)\(facts.joined())".printable())")
    }

    /// Seconds, UTC.
    private static func time() -> String { Date().formatted(.iso8601) }

    private static func name(of level: Logger.Level) -> String {
        guard StandardError.shared.hasColor else { return level.rawValue }
        switch level {
        case .warning: return "\u{1B}[33m\(level.rawValue)\u{1B}[0m"
        case .error, .critical: return "\u{1B}[31m\(level.rawValue)\u{1B}[0m"
        default: return level.rawValue
        }
    }
}
