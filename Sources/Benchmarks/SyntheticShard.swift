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

    /// The steps of integers that let all values in with an eighth to spare.
    func steps(_ bits: QuantisedBits) -> Calibration {
        let groups = zip(sources.flatMap(\.values), calibration.groups).map { values, group in
            let center = group.mean.first ?? 0
            let reach = values.values.reduce(Float(0)) { max($0, abs($1 - center)) }
            return Calibration.Group(mean: group.mean, scale: group.mean.map { _ in reach * 1.125 / Float(bits.limit) })
        }
        return Calibration(groups: groups, tokens: calibration.tokens)
    }
}
