import Analysis
import Diagnostics
import Foundation
import Kernels
import Pipeline
import Statistics
import Storage
import SystemPackage

/// What a screened run saves, and whether it finds what an exact one finds: its work by count at full size, the statistics engine over
/// candidate pairs against all pairs, alone and with the forward passes that both have, and the demo's best partners.
struct ScreeningBenchmark {
    private let configuration: BenchmarkConfiguration
    private let layers: Int
    private let columns: Int
    private let shape: RandomJob.Shape
    private static let context = 512

    /// - Parameters:
    ///   - layers: layers of each of the two models whose sums are measured.
    ///   - columns: their neurons a layer.
    ///   - shape: of the shard that is computed with its forward passes.
    init(_ configuration: BenchmarkConfiguration, layers: Int? = nil, columns: Int = 3_072, shape: RandomJob.Shape? = nil) {
        self.configuration = configuration
        self.layers = layers ?? (configuration.quick ? 1 : 2)
        self.columns = columns
        self.shape =
            shape
            ?? configuration.size(
                quick: RandomJob.Shape(models: 2, layers: 1, width: 768, rows: 8, context: 512),
                full: RandomJob.Shape(models: 5, layers: 4, width: 768, rows: 8, context: 512))
    }

    /// The lines' names.
    static let work = "screening, work by count"
    static let kept = "screening, best partner kept"
    static let products = "sums of candidate pairs"
    static let shard = "screened shard, forward passes included"

    func lines() throws -> [BenchmarkLine] { [try workLine(), try productsLine(), try shardLine(), try keptLine()] }

    // MARK: - Work

    /// Five GPT-2 small, 100M tokens, features included, every neuron with as many candidates as it can have: arithmetic on shapes.
    func workLine() throws -> BenchmarkLine {
        let folder = try ScratchFolder()
        let model = folder.path.appending("model")
        try LocalFiles().createFolder(model)
        try RandomModel(layers: 12).writeConfiguration(to: model)
        let ids = ["a", "b", "c", "d", "e"]
        func estimate(_ precision: String) throws -> PlanEstimate {
            let text = """
                corpus: {path: corpus.jsonl, tokenizer: tokenizer, context: 512}
                tokens: 100M
                models: [\(ids.map { "{id: \($0), path: model}" }.joined(separator: ", "))]
                precision: \(precision)

                """
            let parsed = try Configuration.parse(text, file: folder.path.appending("job.yaml"))
            return try PlanEstimate(of: parsed, threads: configuration.team.count, memory: [1 << 40], gigaflopsOfCore: 1)
        }
        let (screened, exact) = try withExtendedLifetime(folder) { (try estimate("screening"), try estimate("exact")) }
        guard let ours = screened.workers.first, let cost = ours.cost, let pilot = ours.pilot, let theirs = exact.workers.first?.cost else {
            return .skipped(Self.work, unit: "tokens/TFLOP", because: "an estimate has no cost")
        }
        func speed(_ operations: Double) -> Double { Double(exact.tokens) / operations * 1e12 }
        let share = pilot.operations / (cost.operations + pilot.operations)
        return BenchmarkLine(
            Self.work, value: speed(cost.operations + pilot.operations), unit: "tokens/TFLOP",
            against: .peer("exact", speed(theirs.operations)), ratio: screened.workOfExact,
            note: "five GPT-2 small, \(exact.tokens) tokens, from shapes; the pilot is \((share * 1_000).rounded() / 10) % of the work")
    }

    // MARK: - Sums

    /// The engine over the same values by turns, forward passes left out: of each neuron of either model 32 partners, strewn over the other.
    func productsLine() throws -> BenchmarkLine {
        let partners = 32
        let settings = AccumulationSettings()
        let variants = settings.chunk / Self.context
        let sources = try ["a", "b"].enumerated().map { index, id in
            try SyntheticActivations(
                id: id, layers: layers, columns: columns, context: Self.context, variants: variants, seed: UInt64(index + 1) << 32,
                team: configuration.team)
        }
        let layout = StatisticsLayout(models: sources.map(\.columnGroups), features: [], pairing: .reference)
        let calibration = CrossProductBenchmark.calibration(of: sources)
        var numbers = SeededFloats(seed: 77)
        let lists = [("a", "b"), ("b", "a")].map { source, partner in
            CandidateList(
                source: source, partnerSource: partner, length: partners,
                partners: (0..<layers * columns * partners).map { _ in Int32(numbers.nextBits() % UInt64(layers * columns)) })
        }
        guard let pairs = CandidatePairs(lists, layout: layout, edge: settings.tile) else {
            return .skipped(Self.products, unit: "GFLOP/s", because: "the layout has no such pairs")
        }
        let rows = ShardRows(
            context: Self.context, indices: Array(0..<variants), domains: Array(repeating: 0, count: variants),
            tokens: Array(repeating: 0, count: variants * Self.context))
        func partial(_ candidates: CandidatePairs?) throws -> (partial: Partial, seconds: Double) {
            let computation = ShardComputation(
                layout: layout, settings: settings, calibration: calibration, examples: ExampleSettings(), candidates: candidates,
                isCounted: [true], sources: sources, team: configuration.team, worker: "bench")
            let start = ContinuousClock.now
            let partial = try computation.partial(of: layout.blocks, shard: 0, stratum: 0, rows: rows)
            return (partial, (ContinuousClock.now - start) / .seconds(1))
        }
        let times = try PairedTimes.measure(
            rounds: configuration.rounds, ours: { try partial(pairs).seconds }, theirs: { try partial(nil).seconds })
        let difference = Self.difference(try partial(pairs).partial, pairs, try partial(nil).partial, layout: layout, settings: settings)
        let rate = Double(2 * pairs.count * settings.chunk) / times.seconds / 1e9
        return BenchmarkLine(
            "\(Self.products), \(partners) of each neuron in either direction", value: rate, unit: "GFLOP/s",
            against: .peer("all pairs, candidates counted", Double(2 * pairs.count * settings.chunk) / times.theirSeconds / 1e9),
            ratio: times.ratio, residual: difference, tolerance: 2,
            note: "power sums included, forward passes not; the residual is the largest difference of a sum in units of q")
    }

    // MARK: - A shard

    /// An exact shard of the full size takes a minute.
    private static let shardRounds = 2

    /// A whole shard of random models by turns, candidates alone against all pairs: the forward passes, which are the same, are a part of both.
    func shardLine() throws -> BenchmarkLine {
        let shard = try RandomShard(shape, team: configuration.team)
        guard let pairs = shard.candidates(ofEach: CandidateRule.most) else {
            return .skipped(Self.shard, unit: "tokens/s", because: "the layout has no such pairs")
        }
        var partials: (ours: Partial?, theirs: Partial?)
        let times = try PairedTimes.measure(rounds: Self.shardRounds) {
            partials.ours = nil
            return try PairedTimes.seconds { partials.ours = try shard.partial(pairs) }
        } theirs: {
            partials.theirs = nil
            return try PairedTimes.seconds { partials.theirs = try shard.partial(nil) }
        }
        guard let ours = partials.ours, let theirs = partials.theirs else {
            return .skipped(Self.shard, unit: "tokens/s", because: "nothing was computed")
        }
        let forward = try shard.forwardSeconds()
        let (forwardWork, all) = (shard.forwardOperations, shard.productOperations)
        let byCount = (forwardWork + all) / (forwardWork + Double(2 * pairs.count * shard.tokens))
        func rate(_ seconds: Double) -> Double { Double(shard.tokens) / seconds }
        return BenchmarkLine(
            "\(Self.shard), \(shape.models) models of \(CountText.of(shape.layers, "layer"))", value: rate(times.seconds),
            unit: "tokens/s", against: .peer("exact", rate(times.theirSeconds)), ratio: times.ratio,
            residual: Self.difference(ours, pairs, theirs, layout: shard.layout, settings: shard.settings), tolerance: 2,
            note: "\(CandidateRule.most) candidates of each neuron in either direction, pilot not included; "
                + "\(byCount.rounded(to: 1)) times less work by count; forward passes alone \(rate(forward).rounded(to: 0)) tokens/s; the "
                + "residual is the largest difference of a sum in units of q")
    }

    /// The largest difference of a candidate's sum from that of the exact engine.
    private static func difference(
        _ ours: Partial, _ pairs: CandidatePairs, _ theirs: Partial, layout: StatisticsLayout, settings: AccumulationSettings
    ) -> Double {
        var largest = 0.0
        for (x, y) in zip(ours.blocks, theirs.blocks) {
            let block = layout.blocks[x.block]
            guard let kept = pairs.pairs(of: block), kept.count > 0 else { continue }
            let tiling = Tiling(block, in: layout, edge: settings.tile)
            let strips = (tiling.columns + settings.tile - 1) / settings.tile
            for (tile, sums) in zip(kept.tiles.indices, x.tiles) {
                let place = kept.tiles[tile]
                let whole = place.rowStrip * strips + place.columnStrip
                let (dense, shape) = (y.tiles[whole], tiling.tiles[whole])
                for index in 0..<sums.count {
                    let entry = kept.starts[tile] + index
                    let row = Int(kept.rows[entry]) - shape.rows.lowerBound
                    let column = Int(kept.columns[entry]) - shape.columns.lowerBound
                    largest = max(largest, abs(Double(sums[index] - dense[row * shape.columns.count + column])))
                }
            }
        }
        return largest
    }

    // MARK: - The demo

    /// Of the demo's neurons with excess > 0.3, the share whose best partners in all other models are those of an exact run, or as good.
    private func keptLine() throws -> BenchmarkLine {
        guard let file = configuration.demo else { return .skipped(Self.kept, unit: "share", because: "no configs/demo.yaml") }
        var demo = try Configuration.load(file)
        demo.features.isEnabled = false
        demo.matrices = .none
        demo.examples.count = 0
        demo.moments = nil
        var settings = ScreeningSettings()
        if configuration.quick { settings.pilot = 40_000 } else { demo.tokens = .all }
        let context = JobContext(team: configuration.team)
        func run(_ precision: StatisticsPrecision) throws -> AnalysisOutcome {
            let folder = try ScratchFolder()
            return try withExtendedLifetime(folder) {
                let run = RunFolder(folder.path.appending("run"))
                var asked = demo
                asked.precision = precision
                return try RunJob(configuration: asked, folder: run, context: context).run { _ in
                    try AnalyzeRun(folder: run, context: context).run()
                }
            }
        }
        let (exact, screened) = (try run(.exact), try run(.screening(settings)))
        let strong = exact.result.excess.indices.filter { exact.result.excess[$0] > 0.3 }
        let kept = strong.count { neuron in
            zip(exact.result.matches, screened.result.matches).allSatisfy { $1.best[neuron] > $0.best[neuron] - 1e-4 }
        }
        let pilot = screened.result.screening?.pilotTokens ?? 0
        return BenchmarkLine(
            Self.kept, value: Double(kept) / Double(max(1, strong.count)), unit: "share",
            note: "\(kept) of \(strong.count) neurons of the demo with excess > 0.3, \(exact.result.tokens) tokens, a pilot of \(pilot)")
    }
}
