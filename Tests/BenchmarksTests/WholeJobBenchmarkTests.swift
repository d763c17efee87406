import Foundation
import Kernels
import Pipeline
import SystemPackage
import Testing

@testable import Benchmarks

@Suite("Measurements of whole jobs", .serialized)
struct WholeJobBenchmarkTests {
    private static let shape = RandomJob.Shape(models: 3, layers: 2, width: 64, rows: 30, context: 64)

    /// The Python of `UN_PYTHON`, where it has the peer's libraries: those of `deploy/test` do without.
    private static let python: FilePath? = {
        guard let path = ProcessInfo.processInfo.environment["UN_PYTHON"] else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-c", "import numpy, torch, transformers"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? FilePath(path) : nil
    }()

    private func configuration(python: FilePath? = nil, threads: Int = 2) -> BenchmarkConfiguration {
        OpenBLAS.useOneThread()
        var configuration = BenchmarkConfiguration(quick: true, threads: threads, python: python)
        configuration.peers = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending("deploy/bench")
        return configuration
    }

    @Test(
        "the authors' pipeline with float32 sums has our correlations and our baseline",
        .enabled(if: python != nil, "only where UN_PYTHON has torch and transformers"))
    func authors() throws {
        let result = try AuthorsBenchmark(configuration(python: Self.python), shape: Self.shape).measure()
        #expect(result.lines.count == 2)
        #expect((result.ratio ?? 0) > 0 && (result.float32Ratio ?? 0) > 0)
        let line = try #require(result.lines.last)
        #expect(result.lines.allSatisfy { $0.passed == true }, "\(result.lines.map(\.residual))")
        #expect(result.lines[0].note?.contains(/[0-9] of bare SGEMM/) == true)
        // Over 512 neurons each, of matrices that were drawn apart.
        let note = try #require(line.note)
        let found = try #require(note.firstMatch(of: /mean baseline ([0-9.]+), theirs ([0-9.]+)/))
        let (ours, theirs) = (try #require(Double(found.1)), try #require(Double(found.2)))
        #expect(ours > 0.01 && abs(ours - theirs) < 0.05 * ours, "\(note)")
    }

    @Test("without the peer our side is measured alone, and that is said")
    func alone() throws {
        let result = try AuthorsBenchmark(configuration(), shape: Self.shape).measure()
        #expect(result.ratio == nil && result.float32Ratio == nil)
        #expect((result.lines[0].value ?? 0) > 0 && result.lines[0].note?.contains("no --python") == true)
        #expect(result.lines[0].note?.contains(/[0-9] of bare SGEMM/) == true)
        #expect(result.lines[1].note?.hasPrefix("skipped") == true)
        let dead = try AuthorsBenchmark(configuration(python: "/bin/false"), shape: Self.shape).measure()
        #expect(dead.ratio == nil && dead.lines[0].note?.contains("authors_peer.py") == true)
    }

    @Test("what workers cost is measured with quick on a small job, whose shape is said")
    func overhead() throws {
        let line = try OverheadBenchmark(configuration()).line()
        #expect(line.name.contains("3 random models of 2 layers of 256 neurons, 16384 tokens, 8 shards, 2 workers"), "\(line.name)")
        #expect(line.note?.contains("no program to start") == true)
    }

    @Test("the demo is measured only where the program and its files are, and a run that fails is an error")
    func demo() throws {
        var configuration = configuration()
        #expect(try DemoBenchmark(configuration).lines().map(\.note) == Array(repeating: "skipped: no program to start", count: 2))
        configuration.program = "/bin/false"
        configuration.demo = nil
        let skipped = try DemoBenchmark(configuration, budgets: ["100k", "all"]).lines()
        #expect(skipped.map(\.name).filter { $0.hasPrefix(DemoBenchmark.time) } == ["whole demo, 100k tokens", "whole demo, all tokens"])
        #expect(skipped.count == 4 && skipped.allSatisfy { $0.note?.contains("configs/demo.yaml") == true })
        configuration.demo = "/nowhere/demo.yaml"
        #expect(throws: BenchmarkError.self) { try DemoBenchmark(configuration).lines() }
    }

    @Test("partials of a real task are coded there and back, near their entropy")
    func wire() throws {
        var configuration = configuration()
        configuration.demo = nil
        let result = try WireBenchmark(
            configuration, shape: RandomJob.Shape(models: 2, layers: 1, width: 128, rows: 32, context: 128)
        ).measure()
        #expect(result.lines.count == 4 && result.lines[0].note?.hasPrefix("skipped") == true)
        #expect(result.lines[3].passed == true)
        #expect(result.ratio.map { (0.9...1.2).contains($0) } == true, "\(result.lines[1])")
    }

    @Test("a job of rounded activations is compared with the exact one, and with what its other parts leave")
    func int8() throws {
        let result = try Int8JobBenchmark(configuration(), shape: Self.shape).measure()
        #expect(result.lines.count == 2 && result.ratio > 0)
        #expect(result.lines[1].against?.kind == .limit && (result.lines[1].ratio ?? 0) > 0)
        #expect(result.lines[1].note?.contains("forward passes") == true)
        // Best partners differ by no more than roundings make, and by something.
        #expect(result.lines.allSatisfy { $0.passed == true && ($0.residual ?? 0) > 0 }, "\(result.lines)")
        #expect(result.lines[0].note?.contains(/[0-9] of bare SGEMM/) == true)
    }

    @Test("errors of rounded activations are those of the demo's models, of 7 bits and of 8 where they are exact", .timeLimit(.minutes(30)))
    func int8Errors() throws {
        var configuration = configuration()
        let lines = try Int8ErrorBenchmark(configuration, tokens: 2_048).lines()
        #expect(lines.map(\.name) == QuantisedBits.allCases.map { Int8ErrorBenchmark.name($0, tokens: 2_048) })
        #expect(lines[0].passed == true && lines[0].value.map { $0 > 0 && $0 < 0.5 } == true, "\(lines[0])")
        #expect(Int8Gemm.mostBits == .seven ? lines[1].value == nil : lines[1].passed == true, "\(lines[1])")
        configuration.demo = nil
        #expect(try Int8ErrorBenchmark(configuration, tokens: 2_048).lines().allSatisfy { $0.note?.hasPrefix("skipped") == true })
    }

    @Test("what a plan predicts is held against what its run takes; what only a process of its own can tell is left out without one")
    func prediction() throws {
        var configuration = configuration()
        configuration.demo = nil
        let lines = try PredictionBenchmark(configuration, shapes: [("small", Self.shape)]).lines()
        #expect(lines.count == 10 && lines.prefix(5).allSatisfy { $0.note?.contains("configs/demo.yaml") == true })
        #expect(
            lines.prefix(5).map { $0.name + " " + $0.unit } == lines.suffix(5).map { $0.name.prefix { $0 != "," } + ", demo " + $0.unit })
        let (measured, skipped) = ([lines[5], lines[7]], [lines[6], lines[8], lines[9]])
        #expect(measured.allSatisfy { ($0.value ?? 0) > 0 && ($0.against?.value ?? 0) > 0 })
        #expect(skipped.allSatisfy { $0.value == nil && $0.note?.contains("no program to start") == true })
        // Bytes do not depend on the machine; of a few megabytes those that compress better than the entries weigh more.
        #expect(lines[7].ratio.map { (0.7...1.5).contains($0) } == true, "\(lines[7])")
    }

    @Test("a job with defaults has features of a vocabulary, examples, moments and matrices, and its predictions are measured")
    func defaults() throws {
        var shape = Self.shape
        (shape.hasDefaults, shape.vocabularySize, shape.precision) = (true, 700, "int8")
        let job = try RandomJob(shape)
        let asked = job.configuration
        #expect(asked.features.isEnabled && asked.moments != nil && asked.examples.count > 0 && asked.matrices == .float32)
        #expect(asked.precision == .int8(nil) && asked.corpus.tokenizer != nil)
        #expect(try Configuration.load(job.file(precision: "exact")).precision == .exact)
        // As Zipf's law has it the ten most frequent of 699 tokens are a third of the text; the one at the beginning is no part of it.
        let ids = try Data(contentsOf: URL(fileURLWithPath: job.tokens.string)).withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
        let frequent = ids.count { (1...10).contains($0) }
        #expect(ids.allSatisfy { (0..<700).contains($0) } && ids.count { $0 == 0 } == shape.rows)
        #expect((0.25...0.45).contains(Double(frequent) / Double(ids.count)))
        var configuration = configuration()
        configuration.demo = nil
        let lines = try PredictionBenchmark(configuration, shapes: [("defaults", shape)]).lines().suffix(5)
        #expect([0, 2].allSatisfy { (lines[lines.startIndex + $0].against?.value ?? 0) > 0 }, "\(lines)")
        let planned = try PlanJob(configuration: asked, folder: job.run, context: JobContext(team: configuration.team)).run()
        #expect(planned.features.map { $0.columns.count > 20 } == true && planned.plan.numbers.corpus.vocabulary == 700)
    }

    @Test("what a second block group takes is held against what plan says of it")
    func blockGroups() throws {
        let line = try BlockGroupBenchmark(
            configuration(), shape: RandomJob.Shape(models: 2, layers: 2, width: 256, rows: 4, context: 128)
        ).line()
        #expect((line.value ?? 0) > 0 && (line.ratio ?? 0) > 0 && line.note?.hasPrefix("2 groups ") == true, "\(line)")
        // Both models run through their last layers twice, and the products are the same: more than once, less than twice the operations.
        #expect(line.against?.kind == .peer && line.against.map { $0.value > 1.01 && $0.value < 2 } == true, "\(line)")
    }

    @Test("an analysis with little memory is measured only where there is a program to start")
    func analysis() throws {
        let lines = try AnalysisBenchmark(configuration(), shape: Self.shape).lines()
        #expect(lines.count == 6 && lines.allSatisfy { $0.note?.contains("no program to start") == true })
    }

    @Test("a second thread is compared with the first, where there are two")
    func threads() throws {
        let line = try ThreadBenchmark(configuration(), shape: Self.shape).line()
        #expect(ThreadTeam.coresOfThisProcess == 1 ? line.note?.hasPrefix("skipped") == true : (line.ratio ?? 0) > 0)
        let single = try ThreadBenchmark(configuration(threads: 1), shape: Self.shape).line()
        #expect(single.value == nil && single.note?.hasPrefix("skipped") == true)
    }

    @Test("error bars and draws are measured")
    func jackknife() throws {
        let line = try JackknifeBenchmark(configuration(), width: 64).line()
        #expect((line.value ?? 0) > 0 && line.passed == true, "\(line)")
    }

    @Test("a start is timed to the program's end, and a program that fails is an error")
    func startUp() throws {
        var configuration = configuration()
        #expect(try StartUpBenchmark(configuration).line().note?.hasPrefix("skipped") == true)
        configuration.program = "/bin/true"
        #expect((try StartUpBenchmark(configuration).line().value ?? 0) > 0)
        for program in ["/bin/false", "/nowhere/program"] {
            configuration.program = FilePath(program)
            #expect(throws: BenchmarkError.self) { try StartUpBenchmark(configuration).line() }
        }
    }
}
