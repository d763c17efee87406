import Kernels

/// Measures this machine: own kernels, matrix products by tile, cross-products against the bare products, the forward pass against
/// PyTorch, rounded activations, a whole job against the authors' pipeline and on one thread against two, the coding of partials against their entropy, the
/// program's start, tokenising against `tokenizers`, what a coordinator costs, what a reducer takes against its disk. Both sides of a ratio
/// are measured by turns in one run, on the same threads.
///
/// ```swift
/// var configuration = BenchmarkConfiguration(quick: true)
/// configuration.python = "/usr/bin/python3"
/// let report = try Bench(configuration).run { print("measuring \($0)") }
/// print(report.text)
/// ```
public struct Bench: Sendable {
    private let configuration: BenchmarkConfiguration

    /// Measurements of what a configuration asks for.
    public init(_ configuration: BenchmarkConfiguration) { self.configuration = configuration }

    /// Runs all measurements.
    ///
    /// - Parameter progress: called with the name of each part before it starts; it may throw to stop.
    /// - Throws: a `BenchmarkError`, what `progress` throws, or the error of the part that was measured. A peer that is not there is no
    ///   error: its line says that it was skipped and why.
    public func run(progress: (_ part: String) throws -> Void = { _ in }) throws -> BenchmarkReport {
        OpenBLAS.useOneThread()
        var report = BenchmarkReport(
            lines: [], ratios: BenchmarkRatios(), processor: .current, kernels: OpenBLAS.coreName, threads: configuration.team.count,
            quick: configuration.quick)
        for part in BenchmarkPart.allCases where configuration.parts.contains(part) {
            try progress(part.title)
            try measure(part, into: &report)
        }
        return report
    }

    private func measure(_ part: BenchmarkPart, into report: inout BenchmarkReport) throws {
        switch part {
        case .kernels: report.lines += KernelBenchmark(configuration).lines()
        case .products: report.lines += try TileBenchmark(configuration).lines()
        case .crossProducts:
            let products = try CrossProductBenchmark(configuration).line()
            report.lines.append(products)
            report.ratios.crossProductsVsSgemm = products.ratio
        case .int8:
            let integers = try Int8Benchmark(configuration).line()
            report.lines.append(integers)
            report.ratios.int8CrossProductsVsExact = integers.ratio
        case .forward:
            let forward = try ForwardBenchmark(configuration).line()
            report.lines.append(forward)
            report.ratios.forwardVsPyTorch = forward.ratio
        case .authors:
            let authors = try AuthorsBenchmark(configuration).measure()
            report.lines += authors.lines
            report.ratios.jobVsAuthors = authors.ratio
            report.ratios.jobVsAuthorsFloat32Sums = authors.float32Ratio
        case .jackknife: report.lines.append(try JackknifeBenchmark(configuration).line())
        case .threads:
            let threads = try ThreadBenchmark(configuration).line()
            report.lines.append(threads)
            report.ratios.secondThread = threads.ratio
        case .wire:
            let wire = try WireBenchmark(configuration).measure()
            report.lines += wire.lines
            report.ratios.wireVsEntropy = wire.ratio
        case .startUp: report.lines.append(try StartUpBenchmark(configuration).line())
        case .tokenising:
            let tokenising = try TokenizerBenchmark(configuration).line()
            report.lines.append(tokenising)
            report.ratios.tokenizerVsTokenizers = tokenising.ratio
        case .coordinator:
            let coordinator = try CoordinatorBenchmark(configuration).measure()
            report.lines += coordinator.lines
            report.ratios.coordinatorCPUShare = coordinator.share
        case .ingest:
            let ingest = try IngestBenchmark(configuration).lines()
            report.lines += ingest
            report.ratios.ingestVsDisk = ingest.first?.ratio
        case .overhead:
            let overhead = try OverheadBenchmark(configuration).line()
            report.lines.append(overhead)
            report.ratios.clusterVsPlain = overhead.ratio
        }
    }
}
