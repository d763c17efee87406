import Kernels
import Statistics

/// The statistics engine as `run` uses it (standardisation, power sums, strongest examples, SGEMM by tile, certificate, rounding,
/// accumulation), against nothing but SGEMM on the same threads, in whichever tiles that is fastest, chunk by chunk in turns.
///
/// A run of five GPT-2 small models has 92 tiles for each column group and chunk, this one 15: what the engine does for each column
/// besides products weighs six times as much here as there, so the ratio is a lower bound.
struct CrossProductBenchmark {
    private let configuration: BenchmarkConfiguration
    private let layers: Int
    private let columns: Int
    private static let context = 512
    /// The edges of tiles whose SGEMM comes near the fastest somewhere: the engine's own, a whole block, and between them.
    private static let edges = (quick: [1_024, 1_536], full: [768, 1_024, 1_536, 3_072])

    /// - Parameters:
    ///   - layers: layers of each of two models.
    ///   - columns: neurons a layer.
    init(_ configuration: BenchmarkConfiguration, layers: Int? = nil, columns: Int = 3_072) {
        self.configuration = configuration
        self.layers = layers ?? configuration.size(quick: 1, full: 2)
        self.columns = columns
    }

    func line() throws -> BenchmarkLine {
        let settings = AccumulationSettings()
        let team = configuration.team
        let variants = settings.chunk / Self.context
        let sources = try ["a", "b"].enumerated().map { index, id in
            try SyntheticActivations(
                id: id, layers: layers, columns: columns, context: Self.context, variants: variants, seed: UInt64(index + 1) << 32,
                team: team)
        }
        let layout = StatisticsLayout(models: sources.map(\.columnGroups), features: [], pairing: .reference)
        let calibration = Self.calibration(of: sources)
        let computation = ShardComputation(
            layout: layout, settings: settings, calibration: calibration, examples: ExampleSettings(), isCounted: [true],
            sources: sources, team: team, worker: "bench")
        let bare = Self.edges(beside: settings.tile, columns: columns, quick: configuration.quick).map { edge in
            BareProducts(sources: sources, layers: layers, layout: layout, edge: edge, tokens: settings.chunk, team: team)
        }
        let own = bare[0]
        let operations = own.operations

        // One chunk warms up; its interval is not counted because it includes the engine's start.
        let chunks = configuration.rounds + 1
        let rows = ShardRows(
            context: Self.context, indices: Array(0..<chunks * variants), domains: Array(repeating: 0, count: chunks * variants),
            tokens: Array(repeating: 0, count: chunks * settings.chunk))
        // For each edge the seconds that it would take for as many operations as the engine's tiles have.
        var times = bare.map { _ in PairedTimes() }
        var started: ContinuousClock.Instant?
        let partial = try computation.partial(of: layout.blocks, shard: 0, stratum: 0, rows: rows) { _ in
            let ours = started.map { ContinuousClock.now - $0 }
            for (place, bare) in bare.enumerated() {
                let theirs = try PairedTimes.seconds { try bare.multiply() } * operations / bare.operations
                if let ours { times[place].add(ours: ours / .seconds(1), theirs: theirs) }
            }
            started = .now
        }
        func speed(_ seconds: Double) -> Double { operations / seconds / 1e9 }
        func text(_ place: Int) -> String { "\(Int(speed(times[place].theirSeconds).rounded())) GFLOP/s with tiles of \(bare[place].edge)" }
        let fastest = times.indices.min { times[$0].theirSeconds < times[$1].theirSeconds } ?? 0
        let residual = CrossProductResidual(sources: sources, layout: layout, calibration: calibration, settings: settings, chunks: chunks)
        return BenchmarkLine(
            "cross-products with statistics", value: speed(times[fastest].seconds), unit: "GFLOP/s",
            against: .limit("bare SGEMM", speed(times[fastest].theirSeconds)), ratio: times[fastest].ratio,
            residual: residual.largest(in: partial), tolerance: residual.tolerance,
            note: "the fastest bare SGEMM has \(text(fastest))\(fastest == 0 ? ", as the engine's are" : "; the engine's have \(text(0))")")
    }

    /// The edges of bare tiles, the engine's first; no block has more columns than a layer.
    static func edges(beside own: Int, columns: Int, quick: Bool) -> [Int] {
        ([own] + (quick ? edges.quick : edges.full)).map { min($0, columns) }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Means and deviations of each group over all its values: enough for values that are all of one distribution.
    static func calibration(of sources: [SyntheticActivations]) -> Calibration {
        let groups = sources.flatMap { source in
            source.values.enumerated().map { layer, values in
                let sample = values.values.prefix(1 << 20)
                let mean = sample.reduce(0.0) { $0 + Double($1) } / Double(sample.count)
                let variance = sample.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(sample.count)
                let columns = source.columnGroups[layer].columns
                return Calibration.Group(
                    mean: Array(repeating: Float(mean), count: columns),
                    scale: Array(repeating: Float(variance.squareRoot()), count: columns))
            }
        }
        return Calibration(groups: groups, tokens: sources.first.map { $0.context * $0.variants } ?? 0)
    }
}
