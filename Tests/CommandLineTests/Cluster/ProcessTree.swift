import Foundation
import Glibc

/// The processes that a process has started.
enum ProcessTree {
    /// Seconds that anything here may take; only tests that fail wait so long.
    private static let patience = 300.0

    /// One of them.
    struct Child: Hashable {
        let process: Int32
        /// Its command: worker or reducer.
        let command: String
    }

    /// The children of a process that are alive, oldest first.
    static func children(of parent: Int32) -> [Child] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.sorted().compactMap { process in
            // `1234 (name with spaces) S 1000 …`: the parent is the second field behind the last parenthesis.
            guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8), let end = stat.lastIndex(of: ")") else {
                return nil
            }
            let fields = stat[stat.index(after: end)...].split(separator: " ")
            guard fields.count > 1, fields[0] != "Z", fields[1] == "\(parent)" else { return nil }
            let arguments = (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8))?.split(separator: "\0") ?? []
            return Child(process: process, command: arguments.count > 1 ? String(arguments[1]) : "")
        }
    }

    /// Stops a process, and waits until it does nothing any more.
    ///
    /// - Returns: whether it was alive until then.
    static func stop(_ process: Int32) -> Bool {
        guard kill(process, SIGSTOP) == 0 else { return false }
        let end = ContinuousClock.now + .seconds(patience)
        while let state = state(of: process), state != "Z", state != "X", ContinuousClock.now < end {
            if state == "T" { return true }
            usleep(100)
        }
        return false
    }

    /// Waits until a process that is not this one's child is gone.
    ///
    /// - Returns: whether it is.
    @discardableResult
    static func waitForEnd(of process: Int32) -> Bool {
        let end = ContinuousClock.now + .seconds(patience)
        while isAlive(process) {
            guard ContinuousClock.now < end else { return false }
            usleep(10_000)
        }
        return true
    }

    /// Whether a process is there and not only waits for somebody to ask how it ended.
    static func isAlive(_ process: Int32) -> Bool { state(of: process).map { $0 != "Z" && $0 != "X" } ?? false }

    /// The state of a process in one letter; nil where there is none.
    private static func state(of process: Int32) -> Substring? {
        // `1234 (name with spaces) S 1000 …`
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8), let end = stat.lastIndex(of: ")") else {
            return nil
        }
        return stat[stat.index(after: end)...].split(separator: " ").first
    }
}
