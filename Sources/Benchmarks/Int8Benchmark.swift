import Kernels
import Statistics

/// The statistics engine on activations of 7 or 8 bits against the engine on float32 ones, over the same values and by turns: rounding,
/// power sums, products and sums. The residual is the largest error of a correlation, the exact engine's being the reference.
///
/// A run of five GPT-2 small models multiplies each column with six times as many others, so that rounding the values weighs a sixth.
struct Int8Benchmark {
    private let configuration: BenchmarkConfiguration
    private let layers: Int
    private let columns: Int
    private static let context = 512
    /// Chunks of each round; the values repeat from chunk to chunk, the roundings do not.
    private static let chunks = 2

    /// - Parameters:
    ///   - layers: layers of each of two models.
    ///   - columns: neurons a layer.
    init(_ configuration: BenchmarkConfiguration, layers: Int? = nil, columns: Int = 3_072) {
        self.configuration = configuration
        self.layers = layers ?? (configuration.quick ? 1 : 2)
        self.columns = columns
    }

    /// The line's name.
    static func name(_ bits: QuantisedBits) -> String { "cross-products of \(bits.rawValue) bits" }

    func line() throws -> BenchmarkLine {
        let bits = Int8Gemm.mostBits
        let (exact, rounded) = (AccumulationSettings(), AccumulationSettings(bits: bits))
        let variants = exact.chunk / Self.context
        let sources = try ["a", "b"].enumerated().map { index, id in
            try SyntheticActivations(
                id: id, layers: layers, columns: columns, context: Self.context, variants: variants, seed: UInt64(index + 1) << 32,
                team: configuration.team)
        }
        let layout = StatisticsLayout(models: sources.map(\.columnGroups), features: [], pairing: .reference)
        let calibration = CrossProductBenchmark.calibration(of: sources)
        let steps = Self.steps(of: sources, calibration, bits: bits)
        let indices = Array(0..<Self.chunks * variants)
        let rows = ShardRows(
            context: Self.context, indices: indices, domains: indices.map { _ in 0 },
            tokens: Array(repeating: 0, count: indices.count * Self.context))
        func partial(_ settings: AccumulationSettings, _ calibration: Calibration) throws -> (partial: Partial, seconds: Double) {
            let computation = ShardComputation(
                layout: layout, settings: settings, calibration: calibration, examples: ExampleSettings(), isCounted: [true],
                sources: sources, team: configuration.team, worker: "bench")
            let start = ContinuousClock.now
            let partial = try computation.partial(of: layout.blocks, shard: 0, stratum: 0, rows: rows)
            return (partial, (ContinuousClock.now - start) / .seconds(1))
        }
        let times = try PairedTimes.measure(
            rounds: configuration.rounds, ours: { try partial(rounded, steps).seconds },
            theirs: { try partial(exact, calibration).seconds })
        let error = Self.error(
            of: try partial(rounded, steps).partial, steps, against: try partial(exact, calibration).partial, calibration,
            settings: (rounded, exact), layout: layout)
        // What exact cross-products take; larger tiles across the diagonal are no merit.
        let operations = layout.blocks.reduce(0.0) { sum, block in
            sum + Double(Tiling(block, in: layout, edge: exact.tile).entries) * 2 * Double(Self.chunks * exact.chunk)
        }
        return BenchmarkLine(
            Self.name(bits), value: operations / times.seconds / 1e9, unit: "GOP/s",
            against: .peer("float32", operations / times.theirSeconds / 1e9), ratio: times.ratio,
            residual: error.largest, tolerance: error.tolerance,
            note: "the residual is the largest error of a correlation over \(Self.chunks * exact.chunk) tokens; mean \(Float(error.mean))")
    }

    /// The steps of integers that let all values in with an eighth to spare.
    private static func steps(of sources: [SyntheticActivations], _ calibration: Calibration, bits: QuantisedBits) -> Calibration {
        let values = sources.flatMap(\.values)
        let groups = zip(values, calibration.groups).map { values, group in
            let center = group.mean.first ?? 0
            let reach = values.values.reduce(Float(0)) { max($0, abs($1 - center)) }
            return Calibration.Group(mean: group.mean, scale: group.mean.map { _ in reach * 1.125 / Float(bits.limit) })
        }
        return Calibration(groups: groups, tokens: calibration.tokens)
    }

    /// The largest and the mean error of a correlation between the first layers of the two models, and what the largest may be: six of the
    /// root mean squares that `RoundingError` gives columns of this deviation.
    private static func error(
        of rounded: Partial, _ steps: Calibration, against exact: Partial, _ calibration: Calibration,
        settings: (AccumulationSettings, AccumulationSettings), layout: StatisticsLayout
    ) -> (largest: Double, mean: Double, tolerance: Double) {
        guard let block = layout.blocks.first(where: { !$0.isWithin }),
            let ours = rounded.blocks.first(where: { $0.block == block.index }),
            let theirs = exact.blocks.first(where: { $0.block == block.index })
        else { return (.nan, .nan, 0) }
        func step(_ group: Int) -> Double { Double(steps.groups[group].scale[0]) / Double(calibration.groups[group].scale[0]) }
        let (row, column) = (step(block.rows), step(block.columns))
        let squares = [theirs.rows, theirs.columns].map { sums in sums.second.map { Double($0) * 0x1p-32 } }
        let (x, y) = (entries(of: ours, block, settings.0, layout), entries(of: theirs, block, settings.1, layout))
        let width = layout.groups[block.columns].columns
        var (largest, sum) = (0.0, 0.0)
        for index in x.indices {
            let difference = Double(x[index]) * row * column - Double(y[index]) * settings.1.resolution
            let error = difference / (squares[0][index / width] * squares[1][index % width]).squareRoot()
            largest = max(largest, abs(error))
            sum += error
        }
        // Values of deviation 1 are multiplied by steps whose roundings have a variance of at most a quarter.
        let (a, b) = (row * row / 4, column * column / 4)
        let predicted = ((a + b + a * b) / Double(ours.tokens)).squareRoot()
        return (largest, sum / Double(max(x.count, 1)), 6 * predicted)
    }

    /// The entries of a block, `[rows, columns]`.
    private static func entries(of sums: BlockSums, _ block: Block, _ settings: AccumulationSettings, _ layout: StatisticsLayout) -> [Int64]
    {
        let tiling = Tiling(block, in: layout, edge: settings.tile)
        var entries = [Int64](repeating: 0, count: tiling.rows * tiling.columns)
        for (tile, values) in zip(tiling.tiles, sums.tiles) {
            for index in 0..<tile.count {
                let (i, j) = (tile.rows.lowerBound + index / tile.columns.count, tile.columns.lowerBound + index % tile.columns.count)
                entries[i * tiling.columns + j] = values[index]
            }
        }
        return entries
    }
}
