import Cluster
import Foundation
import Glibc
import SystemPackage

/// A process of this program whose processor time and memory are its own; it is killed with this object.
final class MeasuredProcess {
    private let name: String
    private let process = Process()
    private let log: URL

    /// Starts it.
    ///
    /// - Parameters:
    ///   - name: what it is, for messages.
    ///   - folder: where it runs, and where its messages go.
    /// - Throws: `BenchmarkError.processFailed`.
    init(_ name: String, program: FilePath, arguments: [String], in folder: FilePath) throws {
        self.name = name
        log = URL(fileURLWithPath: folder.appending("\(name).log").string)
        process.executableURL = URL(fileURLWithPath: program.string)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.string)
        process.environment = ProcessInfo.processInfo.environment.merging(["UN_LOG": "warning"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        do {
            try Data().write(to: log)
            process.standardError = try FileHandle(forWritingTo: log)
            try process.run()
        } catch {
            throw BenchmarkError.processFailed(name: name, reason: "it does not start (\(error.localizedDescription))")
        }
    }

    deinit {
        // A process that is stopped does not end of anything else.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Its memory.
    var memory: ProcessMemory { ProcessMemory(of: process.processIdentifier) }

    /// Processor seconds of all of its threads since it began, to a hundredth.
    var processorSeconds: Double {
        // `1234 (name with spaces) S 1 …`: user and system time are the twelfth and thirteenth field behind the last parenthesis.
        let text = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
        guard let end = text.lastIndex(of: ")") else { return 0 }
        let fields = text[end...].split(separator: " ").dropFirst()
        return fields.dropFirst(11).prefix(2).compactMap { Double($0) }.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Begins its peak of memory anew.
    func forgetPeak() { try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/\(process.processIdentifier)/clear_refs")) }

    /// Sends it a signal.
    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for its end.
    ///
    /// - Throws: `BenchmarkError.processFailed` with its last words, unless it ended well.
    func finish() throws {
        process.waitUntilExit()
        if process.terminationReason != .exit || process.terminationStatus != 0 { throw failure }
    }

    /// Waits for its end.
    ///
    /// - Returns: the most bytes that it had in memory.
    /// - Throws: as `finish`.
    func finishAtPeak() throws -> Int {
        var peak = 0
        // The program may start itself again with the right kernels, and is counted anew.
        try finish { peak = max(peak, $0.peak) }
        return peak
    }

    /// Waits for its end, and looks at its memory until then.
    ///
    /// - Throws: as `finish`, and what `look` throws.
    func finish(_ look: (ProcessMemory) throws -> Void) throws {
        let pace = LookingPace()
        while process.isRunning {
            try look(memory)
            pace.pause()
        }
        try finish()
    }

    /// What it has said on standard error.
    var messages: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Makes sure that it is still there.
    ///
    /// - Throws: `BenchmarkError.processFailed` with its last words.
    func check() throws {
        guard !process.isRunning else { return }
        throw failure
    }

    private var failure: BenchmarkError {
        BenchmarkError.processFailed(
            name: name, reason: messages.split(separator: "\n").last.map(String.init) ?? "it ended with \(process.terminationStatus)")
    }
}
