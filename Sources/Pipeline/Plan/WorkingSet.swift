import Models
import Statistics

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
    /// Tokens of a row.
    let context: Int
    /// Compute threads.
    let threads: Int

    /// The working set of a layout's blocks on some threads.
    ///
    /// - Parameters:
    ///   - models: the shapes of the models, by id.
    ///   - settings: chunk, tile and resolution.
    ///   - examples: kept of the reference's neurons.
    ///   - context: tokens of a row.
    init(
        layout: StatisticsLayout, models: [String: Models.ModelShape], settings: AccumulationSettings, examples: ExampleSettings,
        context: Int, threads: Int
    ) {
        self.layout = layout
        self.models = models
        self.settings = settings
        self.examples = examples
        self.context = context
        self.threads = threads
    }

    /// The working set of a plan's blocks on some threads.
    init(_ numbers: PlannedNumbers, layout: StatisticsLayout, models: [String: Models.ModelShape], threads: Int) {
        self.init(
            layout: layout, models: models, settings: numbers.accumulation, examples: numbers.examples, context: numbers.corpus.context,
            threads: threads)
    }

    /// What a process needs before it has computed anything, and for compressing what it sends: measured at 60 MB, with room.
    static let baseBytes = 160 << 20

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

    /// Bytes that a process needs at most while it computes some blocks of one shard.
    func bytes(of blocks: some Sequence<Block>) -> Int {
        let blocks = Array(blocks)
        var total = Self.baseBytes + threads * settings.tile * settings.tile * 4
        for (source, layer) in layersNeeded(by: blocks) {
            guard let shape = models[source] else { continue }
            total += shape.weightBytes(through: layer) + threads * shape.workspaceBytes(context: context)
        }
        for group in Set(blocks.flatMap { [$0.rows, $0.columns] }) {
            // Standardised columns of a chunk, and the power sums with their scratch.
            total += layout.groups[group].columns * ((settings.chunk + context) * 4 + 150)
        }
        for block in blocks {
            total += entries(of: block) * 4
            if block.isWithin, layout.groups[block.rows].source == layout.groups.first?.source {
                let places = layout.groups[block.rows].columns * examples.count
                total += (threads + 1) * places * (12 + examples.window * 4)
            }
        }
        return total
    }

    /// Groups of blocks that fit into some memory together, so that they share their forward passes: disjoint, ascending; groups that do
    /// not even fit alone are left out.
    ///
    /// - Parameters:
    ///   - groups: indices of blocks.
    ///   - memory: bytes that the process may use.
    /// - Returns: indices of groups.
    func bundles(of groups: [[Int]], memory: Int) -> [[Int]] {
        func bytes(_ bundle: [Int]) -> Int { bytes(of: bundle.flatMap { groups[$0] }.map { layout.blocks[$0] }) }
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
        block.isWithin ? Tiling(block, in: layout, edge: settings.tile).entries : layout.entries(of: block)
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
