import Kernels
import Statistics

/// The statistics engine as `run` uses it (standardisation, power sums, strongest examples, SGEMM by tile, certificate, rounding,
/// accumulation), against nothing but the SGEMM of the same tiles on the same threads, chunk by chunk in turns.
///
/// A run of five GPT-2 small models has 92 tiles for each column group and chunk, this one 15: what the engine does for each column
/// besides products weighs six times as much here as there, so the ratio is a lower bound.
struct CrossProductBenchmark {
    private let configuration: BenchmarkConfiguration
    private let layers: Int
    private let columns: Int
    private static let context = 512

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
        let tiles = layout.blocks.flatMap { block in
            Tiling(block, in: layout, edge: settings.tile).tiles.map { (block: block, tile: $0) }
        }
        let operations = tiles.reduce(0.0) { $0 + 2 * Double($1.tile.count) * Double(settings.chunk) }
        let bare = BareProducts(sources: sources, layers: layers, tiles: tiles, settings: settings, team: team)

        // One chunk warms up; its interval is not counted because it includes the engine's start.
        let chunks = configuration.rounds + 1
        let rows = ShardRows(
            context: Self.context, indices: Array(0..<chunks * variants), domains: Array(repeating: 0, count: chunks * variants),
            tokens: Array(repeating: 0, count: chunks * settings.chunk))
        var times = PairedTimes()
        var started: ContinuousClock.Instant?
        let partial = try computation.partial(of: layout.blocks, shard: 0, stratum: 0, rows: rows) { _ in
            let ours = started.map { ContinuousClock.now - $0 }
            let theirs = try PairedTimes.seconds { try bare.multiply() }
            if let ours { times.add(ours: ours / .seconds(1), theirs: theirs) }
            started = .now
        }
        let residual = CrossProductResidual(sources: sources, layout: layout, calibration: calibration, settings: settings, chunks: chunks)
        return BenchmarkLine(
            "cross-products with statistics", value: operations / times.seconds / 1e9, unit: "GFLOP/s",
            against: .limit("bare SGEMM", operations / times.theirSeconds / 1e9), ratio: times.ratio,
            residual: residual.largest(in: partial), tolerance: residual.tolerance,
            note: "bare SGEMM \(Int((operations / times.theirSeconds / 1e9).rounded())) GFLOP/s, tiles of \(settings.tile)")
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

/// The products of one chunk and nothing else.
private struct BareProducts {
    let sources: [SyntheticActivations]
    let layers: Int
    let tiles: [(block: Block, tile: Tiling.Tile)]
    let settings: AccumulationSettings
    let team: ThreadTeam
    let scratch: [FloatBuffer]

    init(
        sources: [SyntheticActivations], layers: Int, tiles: [(block: Block, tile: Tiling.Tile)], settings: AccumulationSettings,
        team: ThreadTeam
    ) {
        self.sources = sources
        self.layers = layers
        self.tiles = tiles
        self.settings = settings
        self.team = team
        scratch = (0..<team.count).map { _ in FloatBuffer(count: settings.tile * settings.tile) }
    }

    func multiply() throws {
        try team.forEach(tiles.count) { item, thread in
            let (block, tile) = tiles[item]
            let (a, b) = (panel(block.rows), panel(block.columns))
            Gemm.multiply(
                tile.rows.count, tile.columns.count, settings.chunk, a.start + tile.rows.lowerBound, lda: a.columns, transposeA: true,
                b.start + tile.columns.lowerBound, ldb: b.columns, into: scratch[thread].pointer, ldc: tile.columns.count)
        }
    }

    private func panel(_ group: Int) -> (start: UnsafePointer<Float>, columns: Int) {
        let source = sources[group / layers]
        return (UnsafePointer(source.values[group % layers].pointer), source.columnGroups[group % layers].columns)
    }
}
