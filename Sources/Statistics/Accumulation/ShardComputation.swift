import Kernels
import Storage

/// Computes a task: the exact sums of some blocks over one shard.
///
/// A pure function of the plan and the shard: the same bits whoever computes it, with however many threads.
public struct ShardComputation {
    /// The columns and blocks of the whole run.
    public let layout: StatisticsLayout
    /// Chunk, tile and resolution.
    public let settings: AccumulationSettings
    /// The provisional means and scales.
    public let calibration: Calibration
    /// The strongest examples that are kept of the reference's neurons.
    public let examples: ExampleSettings
    /// What is kept besides of the neurons of references; nil where nothing is.
    public let moments: MomentSettings?
    /// The pairs of columns whose products are kept; nil for all.
    public let candidates: CandidatePairs?
    /// For each token id whether it counts, `[vocabulary]`.
    public let isCounted: [Bool]
    /// The activation sources; those that no block needs are not run.
    public let sources: [any ActivationSource]
    /// Threads.
    public let team: ThreadTeam
    /// A name for the computing process, kept beside the checksum.
    public let worker: String

    /// A computation for the shards of one plan.
    public init(
        layout: StatisticsLayout, settings: AccumulationSettings, calibration: Calibration, examples: ExampleSettings,
        moments: MomentSettings? = nil, candidates: CandidatePairs? = nil, isCounted: [Bool], sources: [any ActivationSource],
        team: ThreadTeam, worker: String
    ) {
        self.layout = layout
        self.settings = settings
        self.calibration = calibration
        self.examples = examples
        self.moments = moments
        self.candidates = candidates
        self.isCounted = isCounted
        self.sources = sources
        self.team = team
        self.worker = worker
    }

    /// Computes the sums of blocks over one shard.
    ///
    /// - Parameters:
    ///   - blocks: the blocks of the task. The examples, moments, tokens and means of a reference layer come with its
    ///     within-layer block.
    ///   - shard: the shard's index in the plan.
    ///   - stratum: its stratum.
    ///   - rows: its rows.
    ///   - progress: called after each chunk with the number of counted tokens done so far; it may throw to stop.
    /// - Throws: `StatisticsError`, among them `.noPreActivations` for a source without, where moments are kept; what a source throws, what
    ///   `progress` throws.
    public func partial(
        of blocks: [Block], shard: Int, stratum: Int, rows: ShardRows, progress: (Int) throws -> Void = { _ in }
    ) throws -> Partial {
        let accumulator = BlockAccumulator(
            layout: layout, blocks: blocks, settings: settings, candidates: candidates, team: team)
        let reference = layout.groups.first?.source
        let exampleGroups = blocks.filter { $0.isWithin && layout.groups[$0.rows].source == reference }.map(\.rows)
        let momentGroups = moments == nil ? [] : blocks.filter(layout.isReference(within:)).map(\.rows)
        let tokenSums = tokenSums(of: moments?.keepsMeans == true ? momentGroups : [], over: rows)
        let collector = RawActivationCollector(
            layout: layout, groups: accumulator.groups, exampleGroups: exampleGroups, settings: examples, maximumGroups: momentGroups,
            maxima: moments?.maxima ?? 0, tokenSums: tokenSums, threads: team.count)
        let momentCollector =
            momentGroups.isEmpty
            ? nil : MomentCollector(layout: layout, groups: momentGroups, context: rows.context, threads: team.count)
        let stream = try ChunkStream(
            layout: layout, sources: sources, groups: accumulator.groups, isCounted: isCounted, chunk: settings.chunk,
            calibration: calibration, team: team)
        try stream.forEachChunk(of: rows, examples: collector, moments: momentCollector) { chunk in
            try accumulator.add(chunk)
            try progress(accumulator.tokens)
        }
        let sums = try accumulator.finish(shard: shard, stratum: stratum, worker: worker, positive: collector.positive)
        let lists = exampleGroups.compactMap { collector.examples(of: $0) }.map { list in
            ExampleSums(stratum: stratum, shards: [ShardRecord(shard: shard, checksum: list.digest, worker: worker)], list: list)
        }
        let moments = try momentCollector.map { collector in
            try momentGroups.map { group in
                var sums = collector.moments(of: group, stratum: stratum)
                guard sums.rows == rows.count else { throw StatisticsError.noPreActivations(source: layout.groups[group].source) }
                sums.shards = [ShardRecord(shard: shard, checksum: sums.digest, worker: worker)]
                return sums
            }
        }
        let tokens = momentGroups.compactMap { collector.tokens(of: $0) }.map { list in
            TokenMaximumSums(stratum: stratum, shards: [ShardRecord(shard: shard, checksum: list.digest, worker: worker)], list: list)
        }
        let means = tokenSums.map { group, collector in
            var sums = collector.sums(of: group, stratum: stratum)
            sums.shards = [ShardRecord(shard: shard, checksum: sums.digest, worker: worker)]
            return sums
        }
        return Partial(blocks: sums, examples: lists, moments: moments ?? [], tokens: tokens, means: means.sorted { $0.group < $1.group })
    }

    /// What adds up activations by token, for some groups.
    private func tokenSums(of groups: [Int], over rows: ShardRows) -> [Int: TokenSumCollector] {
        guard !groups.isEmpty else { return [:] }
        let table = TokenTable(of: rows, isCounted: isCounted)
        return Dictionary(
            uniqueKeysWithValues: groups.map {
                ($0, TokenSumCollector(columns: layout.groups[$0].columns, table: table, vocabulary: isCounted.count))
            })
    }
}
