import Kernels
import Statistics

/// The statistics engine on activations of 7 or 8 bits against the engine on float32 ones, over the same values and by turns: rounding,
/// power sums, products, sums, and what lies beyond the scale; and against its own limit, the integer products of the same tiles by oneDNN
/// alone. The residual is the largest error of a correlation, the exact engine's being the reference.
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

    /// Rounds behind the one that warms up: each takes half a minute, over which a clock's noise evens out.
    private static let rounds = (quick: 2, full: 4)

    /// The line's name.
    static func name(_ bits: QuantisedBits) -> String { "cross-products of \(bits.rawValue) bits" }

    /// The name of the line that holds it against its limit.
    static func limitName(_ bits: QuantisedBits) -> String { "rounded products of \(bits.rawValue) bits beside oneDNN alone" }

    /// Against float32, and against the limit.
    func lines() throws -> [BenchmarkLine] {
        let bits = Int8Gemm.mostBits
        let (exact, rounded) = (SyntheticShard.exact, AccumulationSettings(bits: bits))
        let tokens = chunks * SyntheticShard.chunk
        let shard = try SyntheticShard(models: 2, layers: layers, columns: columns, tokens: tokens, team: configuration.team)
        let (calibration, steps) = (shard.calibration, shard.steps(bits))
        let bare = try BareIntegerProducts(layout: shard.layout, settings: rounded, bits: bits, team: configuration.team)
        var (times, limits) = (PairedTimes(), PairedTimes())
        // Those of the last round are compared: the sums are the same in each.
        var last: (rounded: Partial?, exact: Partial?)
        for round in 0...configuration.size(quick: Self.rounds.quick, full: Self.rounds.full) {
            last = (nil, nil)
            let ours = try shard.partial(rounded, steps)
            last.rounded = ours.partial
            // Two chunks tell their speed; all of them would take half as long as the engine.
            let alone = try PairedTimes.seconds { for _ in 0..<2 { try bare.multiply() } } * Double(chunks) / 2
            let theirs = try shard.partial(exact, calibration)
            last.exact = theirs.partial
            // The first round warms up.
            if round > 0 {
                times.add(ours: ours.seconds, theirs: theirs.seconds)
                limits.add(ours: ours.seconds, theirs: alone)
            }
        }
        guard let partial = last.rounded, let reference = last.exact else {
            return [Self.name(bits), Self.limitName(bits)].map { .skipped($0, unit: "GOP/s", because: "nothing was computed") }
        }
        let error = Self.error(
            of: partial, steps, against: reference, calibration, settings: (rounded, exact), layout: shard.layout)
        func speed(_ seconds: Double) -> Double { shard.operations / seconds / 1e9 }
        return [
            BenchmarkLine(
                Self.name(bits), value: speed(times.seconds), unit: "GOP/s", against: .peer("float32", speed(times.theirSeconds)),
                ratio: times.ratio, residual: error.largest, tolerance: error.tolerance,
                note: "the residual is the largest error of a correlation over \(tokens) tokens; mean \(Float(error.mean)); "
                    + "\(Float(shard.beyond(in: partial))) of the values are beyond the scale"),
            BenchmarkLine(
                Self.limitName(bits), value: speed(limits.seconds), unit: "GOP/s",
                against: .limit("bare oneDNN", speed(limits.theirSeconds)), ratio: limits.ratio, residual: error.largest,
                tolerance: error.tolerance,
                note: "bare oneDNN \(Int(speed(limits.theirSeconds).rounded())) GOP/s, tiles of \(rounded.tile)"),
        ]
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
        func stepsOfDeviation(_ group: Int) -> [Double] {
            zip(steps.groups[group].scale, calibration.groups[group].scale).map { Double($0) / Double($1) }
        }
        let (row, column) = (stepsOfDeviation(block.rows), stepsOfDeviation(block.columns))
        let squares = [theirs.rows, theirs.columns].map { sums in sums.second.map { Double($0) * 0x1p-32 } }
        let (x, y) = (entries(of: ours, block, settings.0, layout), entries(of: theirs, block, settings.1, layout))
        let width = layout.groups[block.columns].columns
        var (largest, sum) = (0.0, 0.0)
        for index in x.indices {
            let difference = Double(x[index]) * row[index / width] * column[index % width] - Double(y[index]) * settings.1.resolution
            let error = difference / (squares[0][index / width] * squares[1][index % width]).squareRoot()
            largest = max(largest, abs(error))
            sum += error
        }
        // Values of deviation 1 are multiplied by steps whose roundings have a variance of at most a quarter.
        let (a, b) = ((row.max() ?? 0) * (row.max() ?? 0) / 4, (column.max() ?? 0) * (column.max() ?? 0) / 4)
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
