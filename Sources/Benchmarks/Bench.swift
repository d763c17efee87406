import Kernels

/// Measures this machine: own kernels, matrix products by tile, cross-products and cosines with a vocabulary against the bare products, the
/// forward pass against PyTorch, changes of neurons with shared work and without, rounded activations, candidate pairs, a whole job against
/// the authors' pipeline and on one thread against two, the coding of partials against their entropy, the program's start, tokenising
/// against `tokenizers`, what a coordinator costs, what a reducer takes against its disk, the whole demo, what `plan` predicts, an analysis
/// with little memory. Both sides of a ratio are measured by turns in one run, on the same threads.
///
/// ```swift
/// var configuration = BenchmarkConfiguration(quick: true)
/// configuration.python = "/usr/bin/python3"
/// let report = try Bench(configuration).run(progress: { print("measuring \($0)") })
/// print(report.text)
/// ```
public struct Bench: Sendable {
    private let configuration: BenchmarkConfiguration

    /// Measurements of what a configuration asks for.
    public init(_ configuration: BenchmarkConfiguration) { self.configuration = configuration }

    /// Runs all measurements.
    ///
    /// - Parameters:
    ///   - progress: called with the name of each part before it starts; it may throw to stop.
    ///   - measured: called after each part with all that is measured so far: whoever keeps it loses nothing when the next part is stopped.
    /// - Throws: a `BenchmarkError`, what `progress` and `measured` throw, or the error of the part that was measured. A peer that is not
    ///   there is no error: its line says that it was skipped and why.
    public func run(
        progress: (_ part: String) throws -> Void = { _ in }, measured: (_ soFar: BenchmarkReport) throws -> Void = { _ in }
    ) throws -> BenchmarkReport {
        OpenBLAS.useOneThread()
        var report = BenchmarkReport(configuration)
        for part in BenchmarkPart.allCases where configuration.parts.contains(part) {
            try progress(part.title)
            let known = report.lines.count
            try measure(part, into: &report)
            for index in report.lines.indices.dropFirst(known) { report.lines[index].part = part }
            try measured(report)
        }
        return report
    }

    private func measure(_ part: BenchmarkPart, into report: inout BenchmarkReport) throws {
        switch part {
        case .kernels: report.lines += KernelBenchmark(configuration).lines()
        case .products: report.lines += try TileBenchmark(configuration).lines()
        case .crossProducts: report.add(try CrossProductBenchmark(configuration).line(), as: \.crossProductsVsSgemm)
        case .weights: report.lines.append(try WeightBenchmark(configuration).line())
        case .int8:
            let products = try Int8Benchmark(configuration).lines()
            report.lines += products
            report.ratios.int8CrossProductsVsExact = products.first?.ratio
            let job = try Int8JobBenchmark(configuration).measure()
            report.lines += job.lines
            report.ratios.int8JobVsExact = job.ratio
            report.lines += try Int8ErrorBenchmark(configuration).lines()
        case .screening:
            let screening = try ScreeningBenchmark(configuration).lines()
            report.lines += screening
            report.ratios.screeningWorkVsExact = screening.first?.ratio
        case .forward:
            let forward = try ForwardBenchmark(configuration).lines()
            report.lines += forward
            report.ratios.forwardVsPyTorch = forward.first?.ratio
        case .interventions: report.lines += try InterventionBenchmark(configuration).lines()
        case .authors:
            let authors = try AuthorsBenchmark(configuration).measure()
            report.lines += authors.lines
            report.ratios.jobVsAuthors = authors.ratio
            report.ratios.jobVsAuthorsFloat32Sums = authors.float32Ratio
        case .jackknife: report.lines.append(try JackknifeBenchmark(configuration).line())
        case .prediction:
            report.lines += try PredictionBenchmark(configuration).lines()
            report.lines.append(try BlockGroupBenchmark(configuration).line())
        case .threads: report.add(try ThreadBenchmark(configuration).line(), as: \.secondThread)
        case .memory: report.lines += try MemoryBenchmark(configuration).lines()
        case .analysis: report.lines += try AnalysisBenchmark(configuration).lines()
        case .wire:
            let wire = try WireBenchmark(configuration).measure()
            report.lines += wire.lines
            report.ratios.wireVsEntropy = wire.ratio
        case .startUp: report.lines.append(try StartUpBenchmark(configuration).line())
        case .tokenising: report.add(try TokenizerBenchmark(configuration).line(), as: \.tokenizerVsTokenizers)
        case .coordinator:
            let coordinator = try CoordinatorBenchmark(configuration).measure()
            report.lines += coordinator.lines
            report.ratios.coordinatorCPUShare = coordinator.share
        case .scale: report.lines += try ScaleBenchmark(configuration).lines()
        case .ingest:
            let ingest = try IngestBenchmark(configuration).lines()
            report.lines += ingest
            report.ratios.ingestVsDisk = ingest.first?.ratio
        case .overhead: report.add(try OverheadBenchmark(configuration).line(), as: \.clusterVsPlain)
        case .demo: report.lines += try DemoBenchmark(configuration).lines()
        }
    }
}
