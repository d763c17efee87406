import Foundation
import SystemPackage
import Testing

@testable import Benchmarks

/// Parts of `bench` that start the program itself.
@Suite("Measurements of real processes", .serialized)
struct ProcessBenchmarkTests {
    private static func configuration() throws -> BenchmarkConfiguration {
        var configuration = BenchmarkConfiguration(quick: true, threads: 2, program: FilePath(try BuiltProgram.url().path))
        configuration.demo = nil
        return configuration
    }

    @Test("memory, disk and wire bytes that a plan predicts are held against a process, its folder and a cluster")
    func prediction() throws {
        let shape = RandomJob.Shape(models: 2, layers: 2, width: 64, rows: 32, context: 64, shards: 4)
        let lines = try PredictionBenchmark(Self.configuration(), shapes: [("small", shape)]).lines().suffix(5)
        #expect(lines.map(\.unit) == ["s", "MB", "MB", "MB", "MB"])
        #expect(lines.allSatisfy { ($0.value ?? 0) > 0 && ($0.against?.value ?? 0) > 0 && ($0.ratio ?? 0) > 0 }, "\(lines)")
        let (disk, wire) = (lines[lines.startIndex + 2], lines[lines.startIndex + 4])
        // Bytes do not depend on the machine.
        for line in [disk, wire] { #expect(line.ratio.map { (0.7...1.5).contains($0) } == true, "\(line)") }
        // A gigabyte would be another's.
        #expect(lines[lines.startIndex + 1].against.map { $0.value < 1_000 } == true)
    }

    @Test("an analysis writes the same bytes whatever memory it is offered, and its memory is taken over its time")
    func analysis() throws {
        let shape = RandomJob.Shape(models: 2, layers: 2, width: 64, rows: 32, context: 64, shards: 4, keepsMatrices: true)
        let lines = try AnalysisBenchmark(Self.configuration(), shape: shape, offers: [64 << 20, 512 << 20]).lines()
        #expect(lines.map(\.unit) == ["MB", "s", "MB", "s"] && lines.allSatisfy { ($0.value ?? 0) > 0 }, "\(lines)")
        let memory = lines.filter { $0.unit == "MB" }
        #expect(memory.allSatisfy { $0.passed == true && $0.curve?.seconds.isEmpty == false })
        #expect(memory.map { $0.against?.value } == [67.108864, 536.870912])
        // What was seen now and then is no more than the peak.
        #expect(memory.allSatisfy { ($0.curve?.megabytes.max() ?? .infinity) <= ($0.value ?? 0) + 0.1 })
    }
}
