import Kernels
import Models
import Statistics
import Storage

/// The memory and the work of computing some blocks together.
///
/// All figures follow from shapes alone, so they are known before any weight is read.
public struct WorkingSet: Sendable {
    /// The columns and blocks.
    let layout: StatisticsLayout
    /// The shapes of the models, by id.
    let models: [String: Models.ModelShape]
    /// Chunk, tile and resolution.
    let settings: AccumulationSettings
    /// Examples of the reference's neurons.
    let examples: ExampleSettings
    /// What is kept besides of the references' neurons; nil where nothing is.
    private(set) var moments: MomentSettings?
    /// Tokens of a row, of the vocabulary and of a shard.
    let context, vocabulary, shardTokens: Int
    /// Whether each token has a tagger's labels.
    let hasLabels: Bool
    /// Compute threads.
    let threads: Int
    /// Reducers that the numbers are sent to; 0 where they are not.
    let reducers: Int
    /// For each block the pairs of columns whose products are kept; nil where all are.
    let kept: [Int?]?

    /// The working set of a layout's blocks on some threads.
    ///
    /// - Parameters:
    ///   - models: the shapes of the models, by id.
    ///   - settings: chunk, tile and resolution.
    ///   - examples: kept of the reference's neurons.
    ///   - moments: what is kept besides of the references' neurons; nil for nothing.
    ///   - context: tokens of a row.
    ///   - vocabulary: tokens of the vocabulary.
    ///   - shardTokens: tokens of a shard.
    ///   - hasLabels: whether each token has a tagger's labels.
    ///   - reducers: that the numbers are sent to; 0 where they are not.
    ///   - kept: for each block the pairs of columns whose products are kept; nil where all are.
    init(
        layout: StatisticsLayout, models: [String: Models.ModelShape], settings: AccumulationSettings, examples: ExampleSettings,
        moments: MomentSettings? = nil, context: Int, vocabulary: Int, shardTokens: Int, hasLabels: Bool, threads: Int, reducers: Int,
        kept: [Int?]? = nil
    ) {
        self.hasLabels = hasLabels
        self.kept = kept
        self.layout = layout
        self.models = models
        self.settings = settings
        self.examples = examples
        self.moments = moments
        self.context = context
        self.vocabulary = vocabulary
        self.shardTokens = shardTokens
        self.threads = threads
        self.reducers = reducers
    }

    /// The working set of a plan's blocks on some threads.
    init(_ plan: RunPlan, models: [String: Models.ModelShape], threads: Int, reducers: Int) {
        let (layout, numbers) = (plan.layout, plan.numbers)
        self.init(
            layout: layout, models: models, settings: numbers.accumulation, examples: numbers.examples, moments: numbers.moments,
            context: numbers.corpus.context, vocabulary: numbers.corpus.vocabulary, shardTokens: numbers.corpus.windowTokens,
            hasLabels: numbers.labels != nil, threads: threads, reducers: reducers,
            kept: plan.candidates.map { candidates in layout.blocks.map { candidates.count(of: $0) } })
    }

    /// The same where only some pairs of columns are kept.
    ///
    /// - Parameter kept: for each block how many; nil for all of it.
    func keeping(_ kept: [Int?]?) -> WorkingSet {
        WorkingSet(
            layout: layout, models: models, settings: settings, examples: examples, moments: moments, context: context,
            vocabulary: vocabulary, shardTokens: shardTokens, hasLabels: hasLabels, threads: threads, reducers: reducers, kept: kept)
    }

    /// The same where no sums by token are kept.
    func withoutMeans() -> WorkingSet {
        var other = self
        other.moments?.means = nil
        return other
    }

    /// What a process has whatever it computes: program, libraries, stacks, small blocks of memory. A worker on two threads that waits was
    /// measured at 45 MB, one that has worked for a while at 60.
    static let baseBytes = 80 << 20

    /// The highest layer of each source that some blocks need.
    func layersNeeded(by blocks: some Sequence<Block>) -> [String: Int] {
        var layers: [String: Int] = [:]
        for block in blocks {
            for group in [layout.groups[block.rows], layout.groups[block.columns]] {
                layers[group.source] = max(layers[group.source] ?? 0, group.layer)
            }
        }
        return layers
    }

    /// Bytes that a process needs at most to open the plan and to compute some blocks of one shard after the other.
    ///
    /// Sums are counted as the 32-bit integers that they are but for columns with a variance of thousands (in the largest shards that `auto`
    /// chooses, of a hundred; of rounded columns only in these, where the calibration's largest value is less than three deviations from the
    /// mean); then a tile takes twice as much.
    ///
    /// - Parameter encoded: what is compressed while they are computed, as `encodingBytes` says; 0 where nothing is.
    func bytes(of blocks: some Sequence<Block>, beside encoded: Int = 0) -> Int {
        let blocks = Array(blocks)
        return Self.baseBytes + planBytes + productBytes + ParcelTraffic.bytes(reducers: reducers)
            + max(openingBytes, lastingBytes(blocks) + max(computingBytes(blocks) + encoded, compressingBytes(blocks)))
    }

    /// Bytes that the sums of some blocks take until they are in a file, with their shard's tokens and what compressing them takes.
    func encodingBytes(of blocks: some Sequence<Block>) -> Int {
        let blocks = Array(blocks)
        return sumBytes(blocks) + compressingBytes(blocks) + shardBytes
    }

    /// A shard's tokens, and their labels.
    private var shardBytes: Int { shardTokens * (hasLabels ? 8 : 4) }

    /// What the plan brings: calibration, the features of each token (twice while they are read), the tokens of the shard that is computed and
    /// of two that wait.
    private var planBytes: Int {
        let columns = layout.groups.reduce(0) { $0 + $1.columns }
        // Candidates are a row and a column each, beside the list that they were read from.
        let candidates = (kept ?? []).reduce(0) { $0 + ($1 ?? 0) } * 16
        return columns * 16 + 2 * vocabulary * ((layout.featureColumns + 7) / 8) + 3 * shardBytes + candidates
    }

    /// What OpenBLAS keeps for each thread: a panel of both factors, at most 512 deep. oneDNN has a whole factor, code that it makes for
    /// itself and smaller panels (with tiles of 1,024 over 4,096 tokens 11 MB were measured).
    private var productBytes: Int {
        let widest = models.values.reduce(settings.tile) { max($0, 3 * $1.width, $1.mlpWidth) }
        let edge = min(settings.tile, layout.groups.map(\.columns).max() ?? 0)
        let integers = settings.bits == nil ? 0 : edge * min(settings.chunk, Int8Gemm.longest) + (8 << 20)
        return threads * (512 * 4 * (widest + 1_024) + integers)
    }

    /// What the fingerprint takes before the first task: each model whole, one after the other, read from its file piece by piece.
    private var openingBytes: Int {
        let largest = models.values.map { $0.weightBytes(through: $0.layers - 1) + $0.workspaceBytes(context: context) }.max() ?? 0
        return largest + threads * MappedFile.pieceBytes
    }

    /// What is there from the beginning of a task until it is in a file: weights and sums.
    private func lastingBytes(_ blocks: [Block]) -> Int {
        var total = 0
        for (source, layer) in layersNeeded(by: blocks) { total += models[source]?.weightBytes(through: layer) ?? 0 }
        return total + sumBytes(blocks)
    }

    private func sumBytes(_ blocks: [Block]) -> Int {
        var total = 0
        // The power sums with their scratch.
        for group in Set(blocks.flatMap { [$0.rows, $0.columns] }) { total += layout.groups[group].columns * 150 }
        for block in blocks {
            total += entries(of: block) * 4
            if block.isWithin, layout.groups[block.rows].source == layout.groups.first?.source {
                let places = layout.groups[block.rows].columns * examples.count
                total += (threads + 1) * places * (12 + examples.window * 4)
            }
            total += momentBytes(of: block)
        }
        return total
    }

    /// Moments of a block's neurons, with the counts by position, and the tokens of each thread and of all. Sums by token are counted as those
    /// of the whole vocabulary: of that many are those that a shard's are added to.
    private func momentBytes(of block: Block) -> Int {
        guard let moments, layout.isReference(within: block) else { return 0 }
        let means = moments.keepsMeans ? vocabulary * 8 : 0
        return layout.groups[block.rows].columns * (context * 4 + 160 + (threads + 1) * moments.maxima * 8 + means)
    }

    /// Groups of blocks that fit into some memory together, so that they share their forward passes: disjoint, ascending; groups that do
    /// not even fit alone are left out.
    ///
    /// - Parameters:
    ///   - groups: indices of blocks.
    ///   - memory: bytes that the process may use.
    /// - Returns: indices of groups.
    func bundles(of groups: [[Int]], memory: Int) -> [[Int]] {
        func bytes(_ bundle: [Int]) -> Int { self.bytes(of: bundle.flatMap { groups[$0] }.map { layout.blocks[$0] }) }
        var bundles: [[Int]] = []
        for group in groups.indices where bytes([group]) <= memory {
            // Neighbours share most layers, so only the last bundle is tried.
            if let last = bundles.last, bytes(last + [group]) <= memory {
                bundles[bundles.count - 1].append(group)
            } else {
                bundles.append([group])
            }
        }
        return bundles
    }

    /// Cross-products that are kept of a block: of a within-layer block those on and above the diagonal of tiles.
    func entries(of block: Block) -> Int {
        if let kept = kept?[block.index] { return kept }
        return block.isWithin ? Tiling(block, in: layout, edge: settings.tile).entries : layout.entries(of: block)
    }

    /// What is there only while the shard is computed: the standardised columns of a chunk, and what the threads write to.
    private func computingBytes(_ blocks: [Block]) -> Int {
        var total = threads * settings.tile * settings.tile * 4
        for source in layersNeeded(by: blocks).keys {
            total += threads * (models[source]?.workspaceBytes(context: context) ?? context * layout.featureColumns * 4)
        }
        for block in blocks {
            total += (kept?[block.index] ?? 0) * 8
            // What each thread counts by itself.
            if moments != nil, layout.isReference(within: block) { total += threads * layout.groups[block.rows].columns * (context + 160) }
        }
        for group in Set(blocks.flatMap { [$0.rows, $0.columns] }) {
            let columns = layout.groups[group].columns
            total += columns * (settings.chunk + context) * 4
            if kept != nil { total += columns * CandidateLimits.panelTokens * 4 }
            // The chunk in integers too, whole lines of 64 tokens.
            if settings.bits != nil { total += columns * (settings.chunk + 63) + beyondBytes(columns) }
        }
        if settings.bits != nil { total += tableBytes }
        return total
    }

    /// The share of a chunk's values that is counted as beyond the largest integer. No shape bounds it: of the demo's text it is 6 · 10⁻⁵, this
    /// is what integers that reach three quarters as far would leave there. A text unlike that of the calibration may have more.
    private static let beyondShare = 1.5e-3
    /// Bytes of such a value: what it lacks, its column and its token.
    private static let beyondValueBytes = 16.0

    /// What the values of some columns lack: a chunk's as they are found and as they are sorted, beside those of the chunk before.
    private func beyondBytes(_ columns: Int) -> Int {
        Int(3 * Self.beyondValueBytes * Self.beyondShare * Double(columns) * Double(settings.chunk))
    }

    /// For each thread a table by token of what the columns of a tile lack, of about 100 bytes a value.
    private var tableBytes: Int {
        let edge = min(settings.tile, layout.groups.map(\.columns).max() ?? 0)
        return threads * Int(100 * Self.beyondShare * Double(edge) * Double(settings.chunk))
    }

    /// What is there only while the sums are compressed: a batch of sections, and what each thread works on.
    private func compressingBytes(_ blocks: [Block]) -> Int {
        let sums = blocks.map { entries(of: $0) * 4 + momentBytes(of: $0) }
        let batch = min(sums.reduce(0, +), PartialWriter.batchBytes + (sums.max() ?? 0))
        return batch + threads * 2 * settings.tile * settings.tile * 4
    }

    /// Floating-point operations of the forward passes for one token.
    func forwardFLOPs(of blocks: some Sequence<Block>) -> Int {
        layersNeeded(by: blocks).reduce(0) { sum, need in
            sum + (models[need.key]?.flopsPerToken(through: need.value, context: context) ?? 0)
        }
    }

    /// Floating-point operations of the cross-products for one counted token.
    func productFLOPs(of blocks: some Sequence<Block>) -> Int {
        blocks.reduce(0) { $0 + 2 * entries(of: $1) }
    }
}
