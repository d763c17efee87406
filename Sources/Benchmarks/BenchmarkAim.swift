/// What a measurement is to reach, beside the part that measures it: all aims are in `all`, and nowhere else.
///
/// They are of the full sizes on two threads.
public struct BenchmarkAim: Sendable, Hashable {
    /// How far a figure is to go.
    enum Bound: Sendable, Hashable {
        case atLeast(Double)
        case atMost(Double)
        case below(Double)
        case within(ClosedRange<Double>)

        var number: Double {
            switch self {
            case .atLeast(let number), .atMost(let number), .below(let number): number
            case .within(let range): range.upperBound
            }
        }

        func isMet(by value: Double) -> Bool {
            switch self {
            case .atLeast(let number): value >= number
            case .atMost(let number): value <= number
            case .below(let number): value < number
            case .within(let range): range.contains(value)
            }
        }

        /// How it is written before the number.
        var sign: String {
            switch self {
            case .atLeast: "≥"
            case .atMost: "≤"
            case .below: "<"
            case .within(let range): "\(range.lowerBound) to"
            }
        }
    }

    /// Which figure of a line it is about.
    enum Figure: Sendable, Hashable { case ratio, value }

    /// What is to reach it.
    public let what: String
    let figure: Figure
    let bound: Bound
    /// The part whose lines are held against it; nil where nothing measures it yet.
    let part: BenchmarkPart?
    /// What the lines' names have in them; empty for all lines of the part.
    let lines: String

    init(_ what: String, _ bound: Bound, of figure: Figure = .ratio, in part: BenchmarkPart? = nil, lines: String = "") {
        self.what = what
        self.bound = bound
        self.figure = figure
        self.part = part
        self.lines = lines
    }

    /// All aims, in the order of the parts.
    static let all = [
        BenchmarkAim(
            "cross-products with rounding and accumulation, against the best bare SGEMM tile", .atLeast(0.92), in: .crossProducts),
        BenchmarkAim(
            "cosines of GPT-2 small's neurons with its vocabulary, scanned, against the bare SGEMM of the same tiles", .atLeast(0.8),
            in: .weights),
        BenchmarkAim("forward pass of GPT-2 small, 8 × 512, against PyTorch", .atLeast(1.2), in: .forward, lines: ForwardBenchmark.name),
        BenchmarkAim(
            "interventions, their products against those of the forward pass", .atLeast(0.9), in: .interventions,
            lines: InterventionBenchmark.forward),
        BenchmarkAim("whole exact job against the authors' pipeline", .atLeast(3), in: .authors, lines: AuthorsBenchmark.names[0]),
        BenchmarkAim("whole exact job against it with float32 sums", .atLeast(2.5), in: .authors, lines: AuthorsBenchmark.names[1]),
        BenchmarkAim("second thread", .atLeast(1.85), in: .threads),
        BenchmarkAim(
            "time that plan predicts against what the run takes", .within(0.8...1.2), in: .prediction, lines: PredictionBenchmark.time),
        BenchmarkAim(
            "memory that plan predicts against the process's peak", .within(0.8...1.2), in: .prediction,
            lines: PredictionBenchmark.memory),
        BenchmarkAim(
            "disk that plan predicts against the run's folder", .within(0.8...1.2), in: .prediction, lines: PredictionBenchmark.disk),
        BenchmarkAim(
            "disk on the way that plan predicts against the folder's peak", .within(0.8...1.2), in: .prediction,
            lines: PredictionBenchmark.diskAtMost),
        BenchmarkAim(
            "wire bytes that plan predicts against what a worker sends", .within(0.8...1.2), in: .prediction,
            lines: PredictionBenchmark.wire),
        BenchmarkAim("a worker's peak of memory against what it offered", .atMost(1), in: .memory),
        BenchmarkAim(
            "an analysis' peak of memory against what it was offered", .atMost(1), in: .analysis, lines: AnalysisBenchmark.memory),
        BenchmarkAim(
            "leases a second of a ledger with 100,000 tasks against one with 1,000", .atLeast(0.8), in: .scale,
            lines: ScaleBenchmark.leases),
        BenchmarkAim("memory of planning over 200 MB of text against 50 MB", .atMost(1.1), in: .scale, lines: ScaleBenchmark.planning),
        BenchmarkAim("bytes an entry on the wire, against their entropy", .atMost(1.1), in: .wire, lines: WireBenchmark.entries),
        BenchmarkAim("encoding entries, one core, MB/s", .atLeast(400), of: .value, in: .wire, lines: WireBenchmark.encoding),
        BenchmarkAim("start of --help, ms", .below(50), of: .value, in: .startUp),
        BenchmarkAim("tokenising against encode_batch of tokenizers", .atLeast(1), in: .tokenising),
        BenchmarkAim(
            "coordinator of 1,000 workers with tasks of a minute, % of a core", .below(5), of: .value, in: .coordinator,
            lines: CoordinatorBenchmark.pace),
        BenchmarkAim(
            "ingest of a reducer against writing and syncing the same bytes", .atLeast(0.6), in: .ingest, lines: IngestBenchmark.ingest),
        BenchmarkAim("demo with two workers and a reducer against one process", .atMost(1.3), in: .overhead, lines: "demo, all tokens"),
        BenchmarkAim(
            "whole demo, from an empty folder to the report, s", .below(120), of: .value, in: .demo,
            lines: "\(DemoBenchmark.time), \(DemoBenchmark.usual)"),
        BenchmarkAim(
            "whole demo with all tokens, s", .below(360), of: .value, in: .demo,
            lines: "\(DemoBenchmark.time), \(DemoBenchmark.everything)"),
        BenchmarkAim("the demo's memory at most, MB", .below(2_000), of: .value, in: .demo, lines: DemoBenchmark.memory),
        BenchmarkAim("int8 against exact, cross-products, with VNNI", .atLeast(2.8), in: .int8, lines: Int8Benchmark.name(.eight)),
        BenchmarkAim("int8 against exact, cross-products, without VNNI", .atLeast(1.6), in: .int8, lines: Int8Benchmark.name(.seven)),
        BenchmarkAim("int8, whole job, against what Amdahl's law leaves", .atLeast(0.9), in: .int8, lines: Int8JobBenchmark.law),
        BenchmarkAim(
            "int8 of 8 bits, largest error of a correlation at 65,536 tokens", .atMost(2e-3), of: .value, in: .int8,
            lines: Int8ErrorBenchmark.name(.eight)),
        BenchmarkAim(
            "int8 of 7 bits, largest error of a correlation at 65,536 tokens", .atMost(4e-3), of: .value, in: .int8,
            lines: Int8ErrorBenchmark.name(.seven)),
        BenchmarkAim(
            "screening against exact, planned for 100M tokens, work by count", .atLeast(5), in: .screening, lines: ScreeningBenchmark.work),
        BenchmarkAim(
            "screening, best partner kept, share of neurons with excess > 0.3", .atLeast(0.999), of: .value, in: .screening,
            lines: ScreeningBenchmark.kept),
    ]

    /// For example "≥ 0.92".
    var text: String {
        let number = bound.number
        // None is large; whole ones are without a point.
        return "\(bound.sign) \(number == number.rounded() && number.magnitude < 1e6 ? "\(Int(number))" : "\(number)")"
    }

    /// Whether it is about this line.
    func isAbout(_ line: BenchmarkLine) -> Bool { part != nil && line.part == part && (lines.isEmpty || line.name.contains(lines)) }

    /// What a line has of the figure.
    func found(in line: BenchmarkLine) -> Double? { figure == .ratio ? line.ratio : line.value }

    /// Whether a line reaches it; nil where it has no such figure.
    func isMet(by line: BenchmarkLine) -> Bool? { found(in: line).map(bound.isMet) }

    /// Where it lies on the scale of the line's value; nil where that cannot be known.
    func mark(on line: BenchmarkLine) -> Double? {
        guard figure == .ratio else { return bound.number }
        guard let reference = line.against?.value else { return nil }
        // Of times a ratio is the peer's over ours where more is better, and ours over the peer's where it is a cost.
        if case .atLeast(let number) = bound, line.isTime { return reference / number }
        return reference * bound.number
    }
}

extension BenchmarkLine {
    /// The aim that it is held against.
    public var aim: BenchmarkAim? { BenchmarkAim.all.first { $0.isAbout(self) } }

    /// Whether its value is a time: less is better.
    var isTime: Bool { ["s", "s/block", "ms"].contains(unit) }

    /// Whether its value is a cost.
    var isLessBetter: Bool { isTime || ["B/entry", "MB", "% of a core", Int8ErrorBenchmark.unit].contains(unit) }
}
