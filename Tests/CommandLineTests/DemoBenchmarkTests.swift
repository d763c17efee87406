import Foundation
import SystemPackage
import Testing

@testable import Benchmarks

@Suite("The measurement of a whole run")
struct DemoBenchmarkTests {
    @Test("goes from nothing to its results, and has the most memory that the run took")
    func demo() throws {
        try TinyRun.with { run in
            var configuration = BenchmarkConfiguration(quick: true, threads: 2, program: FilePath(try BuiltProgram.url().path))
            configuration.demo = FilePath(run.path("run.yaml"))
            let lines = try DemoBenchmark(configuration, budgets: ["2k", "all"]).lines()
            #expect(lines.map(\.unit) == ["s", "MB", "s", "MB"])
            #expect(lines.allSatisfy { ($0.value ?? 0) > 0 }, "\(lines)")
            #expect(lines[0].note?.contains(/[1-9][0-9]* counted tokens/) == true, "\(lines[0].note ?? "")")
            // A gigabyte would be another's.
            #expect(lines[3].value.map { $0 < 1_000 } == true, "\(lines[3])")
        }
    }
}
