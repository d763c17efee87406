import Foundation
import Testing

/// Programs of the system that tests of engines run: those of Slurm, `systemd-analyze`.
enum EngineTools {
    /// Whether the tests of engines are asked for.
    static let areAskedFor = ProcessInfo.processInfo.environment["UN_ENGINES"] == "1"

    /// Where a program is installed; nil where it is not. Daemons are found that only the administrator has on the path.
    static func url(_ name: String) -> URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"])
            .map { URL(fileURLWithPath: $0).appendingPathComponent(name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// A process that is ready to start; both of its streams go to `log`, which is made.
    static func process(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], in folder: URL, log: String
    ) throws -> Process {
        try process(at: try #require(url(name)), arguments, environment: environment, in: folder, log: log)
    }

    /// The same for a program whose place is known.
    static func process(
        at program: URL, _ arguments: [String], environment: [String: String], in folder: URL, log: String
    ) throws -> Process {
        let process = try BuiltProgram.process(arguments, environment: environment, in: folder)
        process.executableURL = program
        let stream = folder.appendingPathComponent(log)
        try Data().write(to: stream)
        let file = try FileHandle(forWritingTo: stream)
        process.standardOutput = file
        process.standardError = file
        return process
    }

    /// Runs a program to its end.
    ///
    /// - Returns: the exit code, and what it wrote on both streams.
    static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], in folder: URL
    ) throws -> (status: Int32, text: String) {
        try run(at: try #require(url(name)), named: name, arguments, environment: environment, in: folder)
    }

    /// The same for a program whose place is known.
    static func run(
        at program: URL, named name: String, _ arguments: [String], environment: [String: String], in folder: URL,
        seconds: Int = Patience.usual
    ) throws -> (status: Int32, text: String) {
        let log = "tool-\(UUID().uuidString).log"
        let process = try process(at: program, arguments, environment: environment, in: folder, log: log)
        try process.run()
        let status = Patience.end(of: process, named: name, seconds: seconds)
        return (status, try String(contentsOf: folder.appendingPathComponent(log), encoding: .utf8))
    }
}
