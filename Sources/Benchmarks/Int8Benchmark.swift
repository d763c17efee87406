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
    /// Chunks of a shard, whose values repeat and whose roundings do not. A real shard has dozens; with two, clearing the sums and
    /// hashing them would weigh as much as a third of the products.
    private let chunks: Int

    /// - Parameters:
    ///   - layers: layers of each of two models.
    ///   - columns: neurons a layer.
    init(_ configuration: BenchmarkConfiguration, layers: Int? = nil, columns: Int = 3_072) {
        self.configuration = configuration
        self.layers = layers ?? (configuration.quick ? 1 : 3)
        chunks = configuration.quick ? 2 : 8
        self.columns = columns
    }

    /// The line's name.
    static func name(_ bits: QuantisedBits) -> String { "cross-products of \(bits.rawValue) bits" }

    func line() throws -> BenchmarkLine {
        let bits = Int8Gemm.mostBits
        let (exact, rounded) = (SyntheticShard.exact, AccumulationSettings(bits: bits))
        let tokens = chunks * SyntheticShard.chunk
        let shard = try SyntheticShard(models: 2, layers: layers, columns: columns, tokens: tokens, team: configuration.team)
        let (calibration, steps) = (shard.calibration, shard.steps(bits))
        let times = try PairedTimes.measure(
            rounds: configuration.rounds, ours: { try shard.partial(rounded, steps).seconds },
            theirs: { try shard.partial(exact, calibration).seconds })
        let error = Self.error(
            of: try shard.partial(rounded, steps).partial, steps, against: try shard.partial(exact, calibration).partial, calibration,
            settings: (rounded, exact), layout: shard.layout)
        return BenchmarkLine(
            Self.name(bits), value: shard.operations / times.seconds / 1e9, unit: "GOP/s",
            against: .peer("float32", shard.operations / times.theirSeconds / 1e9), ratio: times.ratio,
            residual: error.largest, tolerance: error.tolerance,
            note: "the residual is the largest error of a correlation over \(tokens) tokens; mean \(Float(error.mean))")
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
