import Foundation
import Testing

/// A clock on the wall that jumps whenever a process looks at it.
enum JumpingClock {
    /// What compiles it; nil where there is no C compiler.
    static let compiler: URL? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let candidates = folders.flatMap { folder in ["clang", "cc"].map { URL(fileURLWithPath: "\(folder)/\($0)") } }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    /// The environment of processes that have it.
    ///
    /// - Parameter name: a file in the run's folder that grows by a byte for each of them.
    static func environment(in run: TinyRun, noting name: String) throws -> [String: String] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = compiler
        let source = tests.appendingPathComponent("Fixtures/Cluster/clock_jumps.c")
        process.arguments = ["-shared", "-fPIC", "-O1", "-o", run.path("clock.so"), source.path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return ["LD_PRELOAD": run.path("clock.so"), "CLOCK_JUMPS": run.path(name)]
    }
}
