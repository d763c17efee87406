import Foundation
import SmallRuns

/// The program as it was built beside these tests, run as a process of its own.
enum BuiltProgram {
    /// What a run of the program left.
    struct Outcome {
        /// The exit code; 128 + the signal's number where a signal ended it, as shells report it.
        let status: Int32
        let output: String
        let errors: String

        /// Standard output read as one JSON object; nil where it is none.
        var json: [String: Any]? { (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] }
        /// The object under `error`.
        var jsonError: [String: Any]? { json?["error"] as? [String: Any] }
    }

    /// Raised when the program is not where the build puts it.
    struct NotBuilt: Error {
        let candidates: [String]
    }

    /// The executable: the build puts it into the folder of the test bundle.
    static func url() throws -> URL {
        let processes = [URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath(), URL(fileURLWithPath: CommandLine.arguments[0])]
        let bundles = CommandLine.arguments.filter { $0.hasSuffix(".xctest") }.map { URL(fileURLWithPath: $0) }
        let candidates = (processes + bundles).map { $0.deletingLastPathComponent().appendingPathComponent("universal-neurons") }
        guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
            throw NotBuilt(candidates: candidates.map(\.path))
        }
        return found
    }

    /// A process that is ready to start, without the variables of the program that the tester may have set.
    static func process(_ arguments: [String], environment: [String: String] = [:], in folder: URL? = nil) throws -> Process {
        let process = Process()
        process.executableURL = try url()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("UN_") && !$0.key.hasPrefix("OPENBLAS_") }
        variables["NO_COLOR"] = nil
        process.environment = variables.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Runs the program to its end.
    static func run(_ arguments: [String], environment: [String: String] = [:], in folder: URL? = nil) throws -> Outcome {
        try outcome(of: process(arguments, environment: environment, in: folder))
    }

    /// Runs a process that is ready to start to its end.
    static func outcome(of process: Process) throws -> Outcome {
        try TemporaryFolder.with { scratch in
            let streams = ["output", "errors"].map { scratch.appendingPathComponent($0) }
            for stream in streams { try Data().write(to: stream) }
            process.standardOutput = try FileHandle(forWritingTo: streams[0])
            process.standardError = try FileHandle(forWritingTo: streams[1])
            try process.run()
            process.waitUntilExit()
            let texts = try streams.map { try String(contentsOf: $0, encoding: .utf8) }
            return Outcome(status: status(of: process), output: texts[0], errors: texts[1])
        }
    }

    /// The exit code of a process that has ended, as shells report it.
    static func status(of process: Process) -> Int32 {
        process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
    }
}
