import Foundation

/// A process of the program that runs beside a test, and is killed with it.
final class StartedProgram {
    let process: Process
    private let log: URL

    /// Starts the program, or another one that brings it about.
    init(_ name: String, _ arguments: [String], in folder: URL, program: URL? = nil) throws {
        log = folder.appendingPathComponent("\(name).log")
        try Data().write(to: log)
        process = try BuiltProgram.process(arguments, in: folder)
        if let program { process.executableURL = program }
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// What it has printed on standard error so far.
    var errors: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Waits until it has printed something, or has ended.
    func waits(for text: String) -> Bool {
        while process.isRunning, !errors.contains(text) { usleep(20_000) }
        return errors.contains(text)
    }

    /// Waits for its end.
    ///
    /// - Returns: the most bytes that it had in memory, as the system counts them; 0 where it does not say. Not what `wait4` tells: there the
    ///   memory of the process that started it counts, too.
    func peakMemory() -> Int {
        var peak = 0
        while process.isRunning {
            let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            let kilobytes = line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }
            // The program starts itself again with the right kernels, and is counted anew.
            if let kilobytes { peak = max(peak, kilobytes << 10) }
            usleep(5_000)
        }
        return peak
    }

    /// Waits for its end.
    ///
    /// - Returns: its exit code, as shells report it.
    func end() -> Int32 {
        process.waitUntilExit()
        return BuiltProgram.status(of: process)
    }
}
