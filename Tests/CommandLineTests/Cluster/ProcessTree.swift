import Foundation
import Glibc

/// The processes that a process has started.
enum ProcessTree {
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

    /// Waits until a process that is not this one's child is gone.
    static func waitForEnd(of process: Int32) {
        while kill(process, 0) == 0 {
            let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            if stat.contains(") Z ") { return }
            usleep(10_000)
        }
    }
}
