import Foundation
import Synchronization
import SystemPackage

/// Standard error as a sequence of lines with, on a terminal, one status line below them that is redrawn in place.
final class StandardError: Sendable {
    /// The process's standard error.
    static let shared = StandardError(environment: ProcessInfo.processInfo.environment)

    /// Whether a person watches: the status line moves only then.
    let isTerminal: Bool
    /// Whether colours are wanted: a terminal, and `NO_COLOR` is not set.
    let hasColor: Bool
    private let status = Mutex<String>("")

    init(environment: [String: String]) {
        isTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        hasColor = isTerminal && environment["NO_COLOR", default: ""].isEmpty
    }

    /// Columns of the terminal; 80 where that is not known.
    var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes a line above the status line.
    func line(_ text: String) {
        status.withLock { status in
            write(status.isEmpty ? text + "\n" : "\r\u{1B}[K" + text + "\n" + status)
        }
    }

    /// Draws the status line, or draws it anew.
    func show(status text: String) {
        status.withLock { status in
            write("\r" + text + "\u{1B}[K")
            status = text
        }
    }

    /// Takes the status line away.
    func clearStatus() {
        status.withLock { status in
            if !status.isEmpty { write("\r\u{1B}[K") }
            status = ""
        }
    }

    /// Nobody can be told when standard error itself fails.
    private func write(_ text: String) { _ = try? FileDescriptor.standardError.writeAll(text.utf8) }
}
