import Foundation
import Storage
import Synchronization
import SystemPackage

/// One process that this one has started: what it printed last, and how it ended.
final class ChildProcess: Sendable {
    /// Lines that are kept: enough to see an error with what led to it.
    private static let keptLines = 20

    /// What it is called in logs, and its worker's name.
    let name: String
    private let process: Mutex<Process>
    private let output = Mutex<(lines: [String], rest: String)>(([], ""))

    /// Starts a process.
    ///
    /// - Parameter line: called with each line that it prints on standard error, on a thread of its own.
    /// - Throws: `ClusterError.childNotStarted`.
    init(_ name: String, program: FilePath, arguments: [String], line: @escaping @Sendable (String) -> Void) throws {
        self.name = name
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program.string)
        process.arguments = arguments
        // It says what is wrong, and nothing else: how far the run is, this process says itself.
        process.environment = ProcessInfo.processInfo.environment.merging(["UN_LOG": "warning"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardError = pipe
        self.process = Mutex(process)
        do {
            try process.run()
        } catch {
            throw ClusterError.childNotStarted(program, problem: "\(error.localizedDescription)")
        }
        // A thread that waits, and no dispatch source: those may still look at a descriptor that is closed already.
        Thread.detachNewThread { [self] in
            let handle = pipe.fileHandleForReading
            while true {
                let bytes = handle.availableData
                for text in take(String(decoding: bytes, as: UTF8.self), isLast: bytes.isEmpty) { line(text) }
                if bytes.isEmpty { return }
            }
        }
    }

    /// The last lines that it printed.
    var lastLines: [String] { output.withLock { $0.lines } }

    /// What it says went wrong; where it does not say so, its last line.
    var errors: [String] {
        let lines = lastLines
        let errors = lines.filter { $0.hasPrefix("error: ") }.map { String($0.dropFirst("error: ".count)) }
        return errors.isEmpty ? Array(lines.suffix(1)) : errors
    }

    /// Its process.
    var identifier: Int32 { process.withLock { $0.processIdentifier } }

    /// How it ended; nil while it runs.
    var end: ChildEnd? {
        process.withLock { process in
            guard !process.isRunning else { return nil }
            return process.terminationReason == .uncaughtSignal ? .signal(process.terminationStatus) : .exit(process.terminationStatus)
        }
    }

    /// Sends it a signal.
    func signal(_ number: Int32) { if end == nil { kill(identifier, number) } }

    private func take(_ text: String, isLast: Bool) -> [String] {
        output.withLock { output in
            var lines = (output.rest + text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            output.rest = isLast ? "" : lines.removeLast()
            lines.removeAll(where: \.isEmpty)
            output.lines = Array((output.lines + lines).suffix(Self.keptLines))
            return lines
        }
    }
}
