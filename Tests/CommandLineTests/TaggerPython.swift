import Foundation
import Testing

/// The Python that `UN_PYTHON_TAG` names, with spaCy, tokenizers and numpy, and `deploy/tag/tag.py` in it.
struct TaggerPython {
    struct Outcome {
        let status: Int32
        let errors: String
    }

    private static let root = URL(fileURLWithPath: DemoRun.data).appendingPathComponent("../..").standardizedFileURL
    /// nil where there is none.
    static let shared = ProcessInfo.processInfo.environment["UN_PYTHON_TAG"].map { TaggerPython(path: $0) }

    let path: String

    /// Runs it to its end in a run's folder.
    func run(_ arguments: [String], environment: [String: String] = [:], in folder: URL? = nil) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-B"] + arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let errors = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, errors: errors)
    }

    func succeed(_ arguments: [String], in folder: URL) throws {
        let outcome = try run(arguments, in: folder)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    func tag(_ arguments: [String], environment: [String: String] = [:], in folder: URL) throws -> Outcome {
        try run([Self.root.appendingPathComponent("deploy/tag/tag.py").path] + arguments, environment: environment, in: folder)
    }
}
