import Foundation
import SmallRuns
import Testing

@Suite("A run at a terminal")
struct TerminalTests {
    private static let columns = 100
    private static let arguments = ["run", "run.yaml", "--output", "out"]
    private static let stages = ["calibrating", "correlating", "analysing"]

    /// Runs the program with a terminal as standard error.
    private static func watched(in run: TinyRun) throws -> BuiltProgram.Outcome {
        let terminal = try PseudoTerminal(columns: columns)
        let output = run.folder.appendingPathComponent("printed")
        try Data().write(to: output)
        let process = try BuiltProgram.process(arguments, environment: ["TERM": "xterm"], in: run.folder)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = terminal.stream
        try process.run()
        let errors = try terminal.text(of: process)
        return BuiltProgram.Outcome(
            status: BuiltProgram.status(of: process), output: try String(contentsOf: output, encoding: .utf8), errors: errors)
    }

    @Test("shows a bar that moves in place; elsewhere there are plain lines, and what is printed is the same")
    func bar() async throws {
        let (watched, logged) = try await OwnThread.run {
            try TinyRun.with { run in
                let watched = try Self.watched(in: run)
                try FileManager.default.removeItem(atPath: run.path("out"))
                return (watched, try BuiltProgram.run(Self.arguments, in: run.folder))
            }
        }
        #expect(watched.status == 0 && logged.status == 0, "\(watched.errors)\(logged.errors)")
        // What is drawn over what stood there; behind the end of a line comes the next one.
        let drawn = watched.errors.utf8.split(separator: UInt8(ascii: "\r")).map {
            String(decoding: $0, as: UTF8.self).replacing(/\u{1B}\[[0-9]*[mK]/, with: "")
        }.filter { !$0.hasPrefix("\n") }
        for stage in Self.stages {
            let bars = drawn.filter { $0.hasPrefix("\(stage) ") }
            #expect(!bars.isEmpty, "\(stage): \(watched.errors)")
            #expect(bars.allSatisfy { $0.contains("%") && $0.count < Self.columns }, "\(bars)")
            #expect(bars.first?.contains("─") == true, "\(bars)")
            #expect(watched.errors.contains("info run: \(stage): "), "\(watched.errors)")
            #expect(logged.errors.contains("info run: \(stage): "), "\(logged.errors)")
        }
        #expect(!logged.errors.utf8.contains(UInt8(ascii: "\r")) && !logged.errors.utf8.contains(0x1B), "\(logged.errors)")
        #expect(logged.errors.split(separator: "\n").allSatisfy { $0.contains(/^[0-9T:-]+Z [a-z]+ run: ./) }, "\(logged.errors)")
        #expect(!logged.output.isEmpty && watched.output == logged.output)
    }
}
