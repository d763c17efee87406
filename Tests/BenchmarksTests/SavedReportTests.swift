import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Benchmarks

@Suite("A saved benchmark")
struct SavedReportTests {
    private func read(_ text: String) throws -> BenchmarkReport {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("bench.json")
            try Data(text.utf8).write(to: file)
            return try BenchmarkReport(savedAt: FilePath(file.path))
        }
    }

    @Test("is read as it was written, by --save and by --json, which are the same bytes")
    func roundTrip() throws {
        let report = SampleReport.report()
        let saved = try JSONFile.encode(report)
        #expect(try JSONFile.encode(report, keys: .convertToSnakeCase) == saved)
        let back = try read(String(decoding: saved, as: UTF8.self))
        #expect(back == report)
        #expect(try back.html() == report.html())
    }

    @Test("a residual that is no number stays one")
    func infinite() throws {
        var report = SampleReport.report()
        report.lines[0].residual = .infinity
        let back = try read(String(decoding: try JSONFile.encode(report), as: UTF8.self))
        #expect(back.lines[0].residual == .infinity && !back.passed)
    }

    @Test(
        "of an earlier or later version, or of somebody else, is refused with what is wrong",
        arguments: [
            ("{\"lines\": [], \"ratios\": {}}", "names no format"), ("{\"format\": \"universal-neurons bench 99\"}", "99"),
            ("{\"format\": 3}", "no JSON of bench"), ("[1, 2]", "no JSON of bench"), ("hello", "no JSON of bench"),
        ])
    func refused(text: String, reason: String) {
        #expect {
            _ = try read(text)
        } throws: { error in
            guard let error = error as? BenchmarkError, case .notSaved = error else { return false }
            return error.message.contains(reason) && error.exitStatus == .dataError
        }
    }

    @Test("with a part that this version does not know, or without its lines, is refused with the place")
    func damaged() throws {
        let text = String(decoding: try JSONFile.encode(SampleReport.report()), as: UTF8.self)
        for damage in [("\"start-up\"", "\"warp\""), ("\"lines\"", "\"limes\"")] {
            #expect(throws: StorageError.self) { try read(text.replacingOccurrences(of: damage.0, with: damage.1)) }
        }
    }

    @Test("may hold any number and name: text and page are made, and no control character reaches a terminal")
    func hostile() throws {
        var report = SampleReport.report()
        for value in [1e300, -1e300, Double.leastNonzeroMagnitude, 0, Double.nan, .infinity, -.infinity] {
            report.lines.append(
                BenchmarkLine(
                    "na\u{1B}[2Jme <script>", value: value, unit: "GFLOP/s\u{7}", against: .limit("\u{202E}</svg>", value), ratio: value,
                    residual: value, tolerance: value, note: "\u{0}"))
            report.lines[report.lines.count - 1].part = BenchmarkPart.allCases[report.lines.count % BenchmarkPart.allCases.count]
        }
        let text = report.text
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        let html = try report.html()
        #expect(!html.contains("<script") && !html.contains("\u{1B}") && !html.contains("\u{202E}"))
    }

    @Test("the command has the parts, sizes and threads, and no path")
    func command() {
        var configuration = BenchmarkConfiguration(quick: true, threads: 3, python: "/opt/python")
        configuration.parts = [.wire, .startUp]
        #expect(configuration.command == "universal-neurons bench --quick --only wire --only start-up --threads 3 --python PYTHON")
    }
}
