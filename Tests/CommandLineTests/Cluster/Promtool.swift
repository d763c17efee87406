import Foundation
import SmallRuns

/// Prometheus' own check of metrics.
enum Promtool {
    /// Where it is: `UN_PROMTOOL`, else on the path.
    static let path: String? = {
        let environment = ProcessInfo.processInfo.environment
        let folders = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/promtool" }
        return ([environment["UN_PROMTOOL"]].compactMap(\.self) + folders).first(where: FileManager.default.isExecutableFile)
    }()

    /// What it finds wrong with metrics, and its exit code.
    static func check(_ text: String) throws -> (status: Int32, output: String) {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("metrics")
            try Data(text.utf8).write(to: file)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path ?? "")
            process.arguments = ["check", "metrics"]
            process.standardInput = try FileHandle(forReadingFrom: file)
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return (process.terminationStatus, output)
        }
    }
}
