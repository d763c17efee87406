import Foundation
import Kernels
import SystemPackage
import Testing

@testable import Benchmarks

@Suite("Measurements of a cluster's scale", .serialized)
struct ScaleBenchmarkTests {
    private func configuration() throws -> BenchmarkConfiguration {
        BenchmarkConfiguration(quick: true, threads: 2, program: FilePath(try BuiltProgram.url().path))
    }

    @Test("twenty workers that compute nothing take leases of a real coordinator, whose time and memory are its own")
    func coordinator() throws {
        let result = try CoordinatorBenchmark(try configuration(), workers: 20, seconds: 1, burst: 100).measure()
        let share = try #require(result.share)
        #expect(share >= 0 && share < 2)
        #expect(result.lines.count == 2)
        #expect((result.lines[1].value ?? 0) > 0 && result.lines.allSatisfy { $0.passed == true }, "\(result.lines)")
        #expect(result.lines[0].note?.contains(/[1-9][0-9]* MiB at most/) == true, "\(result.lines[0].note ?? "")")
    }

    @Test(
        "a real reducer takes parcels, also when it was stopped in the middle, and is compared with its disk",
        .enabled(if: OpenBLAS.family != nil, "only with kernels that a plan names: OPENBLAS_CORETYPE as `doctor` says"))
    func ingest() throws {
        let lines = try IngestBenchmark(try configuration(), width: 128, rounds: 1, pause: 0.5).lines()
        #expect(lines.count == 2)
        #expect((lines[0].value ?? 0) > 0 && (lines[0].ratio ?? 0) > 0 && lines[0].passed == true, "\(lines[0])")
        // A hundred megabytes would be everything at once, and more.
        #expect(lines[1].value.map { $0 < 100 } == true, "\(lines[1].note ?? "")")
    }

    @Test("a real worker's memory is measured against what it offers")
    func memory() throws {
        let shape = RandomJob.Shape(models: 2, layers: 2, width: 128, rows: 9, context: 64, vocabularySize: 1_000, hasDefaults: true)
        let lines = try MemoryBenchmark(try configuration(), offers: [512 << 20], roundedOffer: 512 << 20, shape: shape).lines()
        #expect(lines.map(\.name) == ["\(MemoryBenchmark.name) 512 MiB", "\(MemoryBenchmark.name) 512 MiB, int8"])
        // The program itself, and no more than was offered.
        #expect(lines.allSatisfy { $0.value.map { $0 > 10 } == true && $0.ratio.map { $0 <= 1 } == true }, "\(lines)")
        // Without a feature bank, or without one of its own, a worker would have less to hold than those that people have.
        #expect(lines.allSatisfy { $0.note?.contains(/[1-9][0-9]+ features/) == true }, "\(lines)")
        let tooMuch = try MemoryBenchmark(try configuration(), offers: [1 << 50], roundedOffer: 1 << 50, shape: shape).lines()
        #expect(tooMuch.count == 2 && tooMuch.allSatisfy { $0.note?.hasPrefix("skipped") == true })
    }

    @Test("leases of few and of many tasks, planning of little and of much text, and inventories of few and of many shards are compared")
    func scale() throws {
        let lines = try ScaleBenchmark(try configuration(), tasks: (1_000, 2_000), megabytes: (2, 4), shards: (2, 6)).lines()
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { ($0.value ?? 0) > 0 && ($0.ratio ?? 0) > 0 }, "\(lines)")
        #expect(lines[2].passed == true && lines[2].note?.contains(" MB of JSON") == true, "\(lines[2])")
    }

    @Test("without a program to start nothing is measured, and that is said")
    func skipped() throws {
        let configuration = BenchmarkConfiguration(quick: true, threads: 1)
        let result = try CoordinatorBenchmark(configuration).measure()
        #expect(result.share == nil && result.lines.allSatisfy { $0.note?.hasPrefix("skipped") == true })
        #expect(try IngestBenchmark(configuration).lines().allSatisfy { $0.value == nil && $0.ratio == nil })
        #expect(try MemoryBenchmark(configuration).lines().allSatisfy { $0.note?.hasPrefix("skipped") == true })
    }
}
