import CKernels
import Kernels
import Statistics

/// A shard of synthetic activations, which cost nothing: the cross-products of it, exact or of rounded values, are the engine's time alone.
///
/// The values repeat from chunk to chunk, the roundings do not.
struct SyntheticShard {
    let layout: StatisticsLayout
    /// Means and deviations of the columns.
    let calibration: Calibration
    private let sources: [SyntheticActivations]
    private let rows: ShardRows
    private let team: ThreadTeam
    private static let context = 512

    /// Cross-products as float32.
    static let exact = AccumulationSettings()
    /// Tokens of a chunk.
    static var chunk: Int { exact.chunk }

    /// - Parameters:
    ///   - models: the first is compared with each other one.
    ///   - layers: of each model.
    ///   - columns: neurons a layer.
    ///   - tokens: rounded up to whole rows.
    init(models: Int, layers: Int, columns: Int, tokens: Int, team: ThreadTeam) throws {
        let variants = Self.chunk / Self.context
        sources = try (0..<models).map { index in
            try SyntheticActivations(
                id: "m\(index)", layers: layers, columns: columns, context: Self.context, variants: variants,
                seed: UInt64(index + 1) << 32, team: team)
        }
        self.team = team
        layout = StatisticsLayout(models: sources.map(\.columnGroups), features: [], pairing: .reference)
        calibration = CrossProductBenchmark.calibration(of: sources)
        let indices = Array(0..<(tokens + Self.context - 1) / Self.context)
        rows = ShardRows(
            context: Self.context, indices: indices, domains: indices.map { _ in 0 },
            tokens: Array(repeating: 0, count: indices.count * Self.context))
    }

    /// Floating-point operations of exact cross-products: larger tiles across the diagonal are no merit.
    var operations: Double {
        layout.blocks.reduce(0.0) { sum, block in
            sum + Double(Tiling(block, in: layout, edge: Self.exact.tile).entries) * 2 * Double(rows.tokens.count)
        }
    }

    /// All sums of the shard, and the seconds that they took.
    func partial(_ settings: AccumulationSettings, _ calibration: Calibration) throws -> (partial: Partial, seconds: Double) {
        let computation = ShardComputation(
            layout: layout, settings: settings, calibration: calibration, examples: ExampleSettings(), isCounted: [true],
            sources: sources, team: team, worker: "bench")
        let start = ContinuousClock.now
        let partial = try computation.partial(of: layout.blocks, shard: 0, stratum: 0, rows: rows)
        return (partial, (ContinuousClock.now - start) / .seconds(1))
    }

    /// The steps of integers as of a plan that was calibrated on the first six of eight rows: some 7 · 10⁻⁵ of the values are beyond the
    /// largest integer, a little more than of the demo's. Means are those of `calibration`.
    func steps(_ bits: QuantisedBits) -> Calibration {
        let sourceOfGroup = sources.flatMap { source in source.values.map { (source, $0) } }
        let groups = zip(sourceOfGroup, calibration.groups).map { found, group in
            let (source, values) = found
            let columns = group.mean.count
            var least = [Float](repeating: .infinity, count: columns)
            var largest = [Float](repeating: -.infinity, count: columns)
            un_column_range(values.pointer, columns, source.variants * source.context / 4 * 3, columns, &least, &largest)
            // No column is silent, so that no floor is needed.
            return Calibration.Group.steps(mean: group.mean, least: least, largest: largest, floor: 0, bits: bits)
        }
        return Calibration(groups: groups, tokens: Self.chunk / 4 * 3)
    }

    /// The share of all values that were beyond the largest integer.
    func beyond(in partial: Partial) -> Double {
        let within = partial.blocks.filter { layout.blocks[$0.block].isWithin }
        let values = within.reduce(0) { $0 + $1.tokens * layout.groups[layout.blocks[$1.block].rows].columns }
        return Double(within.reduce(0) { $0 + $1.beyond }) / Double(max(values, 1))
    }
}
