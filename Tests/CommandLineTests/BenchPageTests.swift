import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Benchmarks

@Suite("The page of bench")
struct BenchPageTests {
    /// A file as `bench --save` writes it, of a report with one line.
    private func save(residual: Double, to folder: URL) throws {
        var report = BenchmarkReport(BenchmarkConfiguration(quick: true, threads: 2))
        report.lines = [
            BenchmarkLine(
                "cross-products with statistics", value: 9, unit: "GFLOP/s", against: .limit("bare SGEMM", 10), ratio: 0.9,
                residual: residual, tolerance: 1e-6)
        ]
        report.lines[0].part = .crossProducts
        try JSONFile.write(report, to: FilePath(folder.appendingPathComponent("bench.json").path))
    }

    @Test("is made from a saved file without measuring anything, and the table is printed")
    func saved() throws {
        try TemporaryFolder.with { folder in
            try save(residual: 1e-7, to: folder)
            let outcome = try BuiltProgram.run(["bench", "--from", "bench.json", "--html", "page.html"], in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("ratio 0.9") && !outcome.errors.contains("measuring"))
            let page = try String(contentsOf: folder.appendingPathComponent("page.html"), encoding: .utf8)
            #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("bare SGEMM") && page.contains("</html>"))
        }
    }

    @Test("a saved file whose results were wrong ends as the measurement did")
    func wrong() throws {
        try TemporaryFolder.with { folder in
            try save(residual: 1, to: folder)
            let outcome = try BuiltProgram.run(["bench", "--from", "bench.json", "--html", "page.html"], in: folder)
            #expect(outcome.status == 70 && outcome.errors.contains("cross-products with statistics"))
            #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("page.html").path))
        }
    }

    @Test("foreign files, files that are not there and folders that are not there are refused, and nothing is written")
    func refused() throws {
        try TemporaryFolder.with { folder in
            try Data("{\"lines\": []}".utf8).write(to: folder.appendingPathComponent("old.json"))
            let old = try BuiltProgram.run(["bench", "--from", "old.json", "--html", "page.html"], in: folder)
            #expect(old.status == 65 && old.errors.contains("names no format") && old.errors.contains("remedy: "), "\(old.errors)")
            let missing = try BuiltProgram.run(["bench", "--from", "none.json", "--html", "page.html"], in: folder)
            #expect(missing.status == 66, "\(missing.errors)")
            // Said at once, not after half an hour of measuring.
            let homeless = try BuiltProgram.run(["bench", "--html", "nowhere/page.html"], in: folder)
            #expect(homeless.status == 73 && !homeless.errors.contains("measuring"), "\(homeless.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("page.html").path))
        }
    }
}
