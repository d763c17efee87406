import Logging

/// Counts what was dropped and logs the first of each kind, and each time that their number has doubled: a flood cannot fill a disk.
struct RefusalLog {
    /// Kinds told apart; peers can make them up without end.
    private static let mostKinds = 256

    private let logger: Logger
    /// What was dropped, by kind.
    private(set) var counts: [String: Int] = [:]
    /// Everything that was dropped.
    private(set) var total = 0

    init(_ logger: Logger) { self.logger = logger }

    /// Counts something that was dropped.
    ///
    /// - Parameters:
    ///   - kind: what it is counted by.
    ///   - detail: what the log says.
    mutating func count(_ kind: String, _ detail: @autoclosure () -> String) {
        total += 1
        let kind = counts[kind] != nil || counts.count < Self.mostKinds ? kind : "others"
        let count = (counts[kind] ?? 0) + 1
        counts[kind] = count
        if count & (count - 1) == 0 { logger.warning("dropped \(kind): \(LogText.line(detail()))\(count > 1 ? ", \(count) so far" : "")") }
    }
}
