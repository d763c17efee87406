@testable import Benchmarks

/// A report with lines of every part; its figures are made up.
enum SampleReport {
    static func report(quick: Bool = false) -> BenchmarkReport {
        var configuration = BenchmarkConfiguration(quick: quick, threads: 2, python: "/home/someone/python")
        configuration.program = nil
        var report = BenchmarkReport(configuration)
        report.lines = kernels + jobs + coding + cluster
        report.ratios.crossProductsVsSgemm = 0.96
        return report
    }

    private static func lines(_ part: BenchmarkPart, _ lines: [BenchmarkLine]) -> [BenchmarkLine] {
        lines.map {
            var line = $0
            line.part = part
            return line
        }
    }

    private static var kernels: [BenchmarkLine] {
        lines(
            .kernels,
            [
                BenchmarkLine("GELU, tanh form, one thread", value: 986, unit: "M values/s", residual: 1.2e-7, tolerance: 2e-7),
                BenchmarkLine("rounding and accumulation, one thread", value: 4_297, unit: "M values/s", residual: 0, tolerance: 0),
            ])
            + lines(
                .products,
                [
                    BenchmarkLine("SGEMM, tiles of 512 x 512", value: 115, unit: "GFLOP/s", residual: 3e-7, tolerance: 3e-6),
                    BenchmarkLine("SGEMM, tiles of 768 x 768", value: 118, unit: "GFLOP/s", residual: 3e-7, tolerance: 3e-6),
                    BenchmarkLine("SGEMM, tiles of 1024 x 1024", value: 119, unit: "GFLOP/s", residual: 3e-7, tolerance: 3e-6),
                ])
            + lines(
                .crossProducts,
                [
                    BenchmarkLine(
                        "cross-products with statistics", value: 113, unit: "GFLOP/s", against: .limit("bare SGEMM", 117.5), ratio: 0.96,
                        residual: 2e-7, tolerance: 1e-5,
                        note: "the fastest bare SGEMM has 118 GFLOP/s with tiles of 768; the engine's have 116 GFLOP/s with tiles of 1024")
                ])
            + lines(
                .weights,
                [
                    BenchmarkLine(
                        WeightBenchmark.name, value: 70, unit: "M cosines/s", against: .limit("bare SGEMM", 76), ratio: 0.92,
                        residual: 3e-6,
                        tolerance: 1e-4)
                ])
            + lines(
                .int8,
                [
                    BenchmarkLine(
                        Int8Benchmark.name(.seven), value: 182, unit: "GOP/s", against: .peer("float32", 113), ratio: 1.61,
                        residual: 0.006, tolerance: 0.02),
                    BenchmarkLine(
                        Int8Benchmark.name(.eight), value: 300, unit: "GOP/s", against: .peer("float32", 113), ratio: 2.65,
                        residual: 0.003, tolerance: 0.01),
                    BenchmarkLine(
                        Int8Benchmark.limitName(.eight), value: 300, unit: "GOP/s", against: .limit("bare oneDNN", 360), ratio: 0.83,
                        residual: 0.003, tolerance: 0.01),
                    BenchmarkLine("\(Int8JobBenchmark.job) 8 bits", value: 60, unit: "s", against: .peer("exact", 100), ratio: 1.67),
                    BenchmarkLine(
                        "\(Int8JobBenchmark.law), 8 bits", value: 1.67, unit: "times", against: .limit("Amdahl's law", 1.8), ratio: 0.93),
                    BenchmarkLine(
                        Int8ErrorBenchmark.name(.seven), value: 0.0039, unit: Int8ErrorBenchmark.unit, residual: 1e-9, tolerance: 1e-5),
                    BenchmarkLine(
                        Int8ErrorBenchmark.name(.eight), value: 0.0021, unit: Int8ErrorBenchmark.unit, residual: 1e-9, tolerance: 1e-5),
                ])
    }

    private static var jobs: [BenchmarkLine] {
        lines(
            .forward,
            [
                BenchmarkLine(
                    "GPT-2 small forward, 12 layers, 8 x 512", value: 880, unit: "tokens/s", against: .peer("PyTorch", 500), ratio: 1.76,
                    residual: 3e-6, tolerance: 2e-5),
                .skipped("\(ForwardBenchmark.compiledName), 12 layers, 8 x 512", unit: "tokens/s", because: "no C++ compiler"),
            ])
            + lines(
                .interventions,
                [
                    BenchmarkLine(
                        InterventionBenchmark.forward, value: 81, unit: "GFLOP/s", against: .limit("the pass without changes", 95),
                        ratio: 0.85)
                ])
            + lines(
                .authors,
                [
                    BenchmarkLine(
                        AuthorsBenchmark.names[0], value: 100, unit: "s", against: .peer("the authors' pipeline", 351), ratio: 3.51),
                    BenchmarkLine(
                        AuthorsBenchmark.names[1], value: 100, unit: "s", against: .peer("it with float32 sums", 240), ratio: 2.4,
                        residual: 4e-6, tolerance: 1e-4),
                ])
            + lines(
                .jackknife,
                [
                    BenchmarkLine(
                        "end of a job, 4 replicates and 5 draws", value: 3.1, unit: "s/block",
                        against: .peer("no jackknife, one draw", 0.44))
                ])
            + lines(
                .prediction,
                [
                    BenchmarkLine(
                        "\(PredictionBenchmark.time), demo", value: 20, unit: "s", against: .peer("taken", 24), ratio: 0.83),
                    BenchmarkLine(
                        "\(PredictionBenchmark.time), a wide one", value: 20, unit: "s", against: .peer("taken", 15), ratio: 1.33),
                    BenchmarkLine(
                        "\(PredictionBenchmark.memory), demo", value: 426, unit: "MB", against: .peer("taken", 354), ratio: 1.2),
                    BenchmarkLine(
                        "\(PredictionBenchmark.disk), demo", value: 277, unit: "MB", against: .peer("taken", 264), ratio: 1.05),
                    BenchmarkLine(
                        "\(PredictionBenchmark.diskAtMost), demo", value: 596, unit: "MB", against: .peer("taken", 560), ratio: 1.06),
                    BenchmarkLine(
                        "\(PredictionBenchmark.wire), demo", value: 402, unit: "MB", against: .peer("taken", 380), ratio: 1.06),
                ])
            + lines(
                .threads,
                [
                    BenchmarkLine(
                        "second thread, whole job", value: 33.1, unit: "s", against: .peer("one thread", 62.1), ratio: 1.88, residual: 0,
                        tolerance: 0)
                ])
            + lines(
                .memory,
                [
                    BenchmarkLine(
                        "\(MemoryBenchmark.name) 2048 MiB", value: 1_900, unit: "MB", against: .limit("offered", 2_147), ratio: 0.88)
                ])
            + lines(
                .analysis,
                [
                    BenchmarkLine(
                        "\(AnalysisBenchmark.memory) 1024 MiB", value: 860, unit: "MB", against: .limit("offered", 1_074), ratio: 0.8,
                        residual: 0, tolerance: 0, curve: curve),
                    BenchmarkLine("\(AnalysisBenchmark.time) 1024 MiB", value: 1.2, unit: "s"),
                ])
    }

    /// Of a process that takes more and more.
    private static var curve: MemoryCurve {
        var curve = MemoryCurve()
        for (place, megabytes) in [80, 430, 860, 600, 300].enumerated() {
            curve.add(bytes: megabytes * 1_000_000, at: 0.2 * Double(place) + 0.1)
        }
        return curve
    }

    private static var coding: [BenchmarkLine] {
        lines(
            .wire,
            [
                BenchmarkLine("entries on the wire, demo", value: 1.31, unit: "B/entry", against: .limit("entropy", 1.27), ratio: 1.03),
                BenchmarkLine("encoding them, demo, one core", value: 512, unit: "MB/s", residual: 0, tolerance: 0),
                BenchmarkLine("decoding them, demo, one core", value: 1_220, unit: "MB/s", residual: 0, tolerance: 0),
                BenchmarkLine(
                    "entries on the wire, random GPT-2", value: 1.2, unit: "B/entry", against: .limit("entropy", 1), ratio: 1.2),
                BenchmarkLine("encoding them, random GPT-2, one core", value: 390, unit: "MB/s", residual: 0, tolerance: 0),
            ])
            + lines(.startUp, [BenchmarkLine("start-up, --help", value: 38.2, unit: "ms", note: "at most 61.3 ms in 21 starts")])
            + lines(
                .tokenising,
                [
                    BenchmarkLine(
                        "tokenising", value: 164, unit: "MB/s", against: .peer("tokenizers", 5), ratio: 31, residual: 0, tolerance: 0)
                ])
    }

    private static var cluster: [BenchmarkLine] {
        lines(
            .coordinator,
            [
                BenchmarkLine("coordinator, 1000 workers, tasks of a minute", value: 17, unit: "% of a core"),
                BenchmarkLine("coordinator, leases at full pace", value: 700, unit: "leases/s"),
            ])
            + lines(
                .scale,
                [
                    BenchmarkLine(
                        "\(ScaleBenchmark.leases), 100000 tasks", value: 900, unit: "leases/s", against: .peer("1000 tasks", 1_000),
                        ratio: 0.9),
                    BenchmarkLine(
                        "\(ScaleBenchmark.planning), 200 MB of text", value: 100, unit: "MB", against: .peer("50 MB of text", 98),
                        ratio: 1.02),
                ])
            + lines(
                .ingest,
                [
                    BenchmarkLine(
                        "reducer's ingest, 2 workers", value: 120, unit: "MB/s", against: .limit("writing and syncing alone", 310),
                        ratio: 0.39)
                ])
            + lines(.overhead, [.skipped("demo, all tokens, 2 workers and a reducer", unit: "s", because: "no configs/demo.yaml")])
            + lines(
                .demo,
                [
                    BenchmarkLine("\(DemoBenchmark.time), 100k tokens", value: 48, unit: "s", note: "2060 counted tokens/s"),
                    BenchmarkLine("\(DemoBenchmark.memory), 100k tokens", value: 1_200, unit: "MB"),
                    BenchmarkLine("\(DemoBenchmark.time), all tokens", value: 361, unit: "s"),
                    BenchmarkLine("\(DemoBenchmark.memory), all tokens", value: 2_000, unit: "MB"),
                ])
            + lines(
                .screening,
                [
                    BenchmarkLine(ScreeningBenchmark.work, value: 4_000, unit: "PFLOP", against: .peer("exact", 49_000), ratio: 12.2),
                    BenchmarkLine(ScreeningBenchmark.kept, value: 0.98, unit: "of 1", note: "49 of 50 neurons"),
                ])
    }
}
