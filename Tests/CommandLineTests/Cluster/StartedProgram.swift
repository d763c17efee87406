import Foundation
import Testing

/// A process of the program that runs beside a test, and is killed with it.
final class StartedProgram {
    /// Seconds that something may take of which a program says when it has come, and a whole run; only tests that fail wait so long.
    private static let patience = 300
    private static let runPatience = 1_200

    let process: Process
    private let name: String
    private let log, results: URL

    /// Starts the program, or another one that brings it about.
    init(_ name: String, _ arguments: [String], in folder: URL, environment: [String: String] = [:], program: URL? = nil) throws {
        self.name = name
        log = folder.appendingPathComponent("\(name).log")
        results = folder.appendingPathComponent("\(name).out")
        for stream in [log, results] { try Data().write(to: stream) }
        process = try BuiltProgram.process(arguments, environment: environment, in: folder)
        if let program { process.executableURL = program }
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardOutput = try FileHandle(forWritingTo: results)
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// What it has printed on standard error so far.
    var errors: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// What it has printed on standard output so far.
    var output: String { (try? String(contentsOf: results, encoding: .utf8)) ?? "" }

    /// The objects that it has printed on standard output so far, one a line; nil for a line that is none.
    var objects: [[String: Any]?] {
        output.split(separator: "\n").map { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any] }
    }

    /// What it has printed last.
    private var lastWords: String { errors.split(separator: "\n").suffix(20).joined(separator: "\n") }

    /// Waits until it has printed something, or has ended.
    func waits(for text: String, sourceLocation: SourceLocation = #_sourceLocation) -> Bool {
        waits("\"\(text)\"", sourceLocation: sourceLocation) { errors.contains(text) }
    }

    /// Waits until something is so, or it has ended.
    ///
    /// - Returns: whether it came true. That it did not in a long time is an issue of its own.
    func waits(
        _ awaited: String, sourceLocation: SourceLocation = #_sourceLocation, until isSo: () throws -> Bool
    ) rethrows -> Bool {
        let end = ContinuousClock.now + .seconds(Self.patience)
        while process.isRunning {
            if try isSo() { return true }
            guard ContinuousClock.now < end else {
                fail("\(awaited) did not come in \(Self.patience) seconds", sourceLocation)
                return false
            }
            usleep(10_000)
        }
        return try isSo()
    }

    private func fail(_ problem: String, _ sourceLocation: SourceLocation) {
        Issue.record("\(name): \(problem); its last words:\n\(lastWords)", sourceLocation: sourceLocation)
    }

    /// Waits for its end.
    ///
    /// - Returns: the most bytes that it had in memory, as the system counts them; 0 where it does not say. Not what `wait4` tells: there the
    ///   memory of the process that started it counts, too.
    func peakMemory(sourceLocation: SourceLocation = #_sourceLocation) -> Int {
        var peak = 0
        waitForEnd(sourceLocation) {
            let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            let kilobytes = line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }
            // The program starts itself again with the right kernels, and is counted anew.
            if let kilobytes { peak = max(peak, kilobytes << 10) }
        }
        return peak
    }

    /// Waits for its end. One that does not end in a long time is killed, which is an issue of its own.
    ///
    /// - Returns: its exit code, as shells report it.
    func end(sourceLocation: SourceLocation = #_sourceLocation) -> Int32 {
        waitForEnd(sourceLocation) {}
        return BuiltProgram.status(of: process)
    }

    private func waitForEnd(_ sourceLocation: SourceLocation, _ look: () -> Void) {
        let end = ContinuousClock.now + .seconds(Self.runPatience)
        while process.isRunning {
            look()
            if ContinuousClock.now > end {
                fail("it did not end in \(Self.runPatience) seconds", sourceLocation)
                kill(process.processIdentifier, SIGKILL)
                break
            }
            usleep(5_000)
        }
        process.waitUntilExit()
    }
}
