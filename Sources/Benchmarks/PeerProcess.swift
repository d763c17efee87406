import Foundation
import Glibc
import SystemPackage

/// A Python program of ours that stands for somebody else's library. It says "ready" with its versions, then answers each line
/// that it is sent with one line.
final class PeerProcess {
    /// What it said after "ready": the versions of its libraries.
    private(set) var versions = ""
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let script: String
    private let log: URL
    private var pending = Data()

    /// Starts `script` and waits until it is ready.
    ///
    /// - Throws: `BenchmarkError.peerFailed` with the last lines that it wrote to standard error.
    init(python: FilePath, folder: FilePath, script: String, arguments: [String], threads: Int) throws {
        self.script = script
        log = FileManager.default.temporaryDirectory.appendingPathComponent("bench-peer-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        // A peer that has died must be an error here, not a signal that ends this process.
        signal(SIGPIPE, SIG_IGN)
        process.executableURL = URL(fileURLWithPath: python.string)
        process.arguments = [folder.appending(script).string] + arguments
        var environment = ProcessInfo.processInfo.environment
        // Both sides get the same threads; OpenBLAS's settings are ours and must not reach numpy.
        for name in ["OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS"] { environment[name] = nil }
        for name in ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"] { environment[name] = "\(threads)" }
        environment["TOKENIZERS_PARALLELISM"] = "true"
        environment["HF_HUB_OFFLINE"] = "1"
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: log)
        do {
            try process.run()
        } catch {
            throw BenchmarkError.peerFailed(script: script, reason: "\(python) did not start")
        }
        let answer = try readLine()
        guard answer.hasPrefix("ready") else { throw failure("it said \"\(answer)\" in place of \"ready\"") }
        versions = String(answer.dropFirst("ready".count)).trimmingCharacters(in: .whitespaces)
    }

    deinit {
        try? input.fileHandleForWriting.close()
        if process.isRunning { process.terminate() }
        try? FileManager.default.removeItem(at: log)
    }

    /// Sends a line and returns the answer.
    func ask(_ line: String) throws -> String {
        do {
            try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
        } catch {
            throw failure("it does not listen any more")
        }
        return try readLine()
    }

    /// Asks for one timed run: the answer is a number of seconds.
    func seconds(_ line: String = "run") throws -> Double {
        let seconds = try numbers(line, count: 1)[0]
        guard seconds > 0 else { throw failure("it answered \(seconds) seconds") }
        return seconds
    }

    /// Asks for something measured: the answer is so many numbers.
    func numbers(_ line: String, count: Int) throws -> [Double] {
        let answer = try ask(line)
        let numbers = answer.split(separator: " ").compactMap { Double($0) }
        guard numbers.count == count else { throw failure("it answered \"\(answer)\" in place of \(count) numbers") }
        // Its threads may spin for a moment after the work: let them sleep before we are measured.
        usleep(300_000)
        return numbers
    }

    private func readLine() throws -> String {
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeSubrange(...end)
                return line
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw failure("it ended without an answer") }
            pending.append(more)
        }
    }

    private func failure(_ reason: String) -> BenchmarkError {
        let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        let last = said.split(separator: "\n").last.map { "; its last words: \($0)" } ?? ""
        return .peerFailed(script: script, reason: reason + last)
    }
}
