import CKernels
import Kernels

/// The products of candidate pairs over one chunk of activations after the other.
///
/// A pair's product over a chunk: over every `panel` tokens in order a float32 scalar product in 16 lanes (the last panel filled up with
/// zeros), these added as float64. It depends on the two columns and the chunk's tokens alone, not on threads, tiles or other pairs. So it is
/// the same sum as an exact run's SGEMM has, rounded in another order.
///
/// The pairs of a tile lie anywhere in its columns, so what limits it is loading them from the second- and third-level caches; a panel keeps a
/// tile's columns at 1 MB a side. Measured by `bench --only screening`: 17 GFLOP/s on two threads of an AMD EPYC with AVX-512 that had other
/// work beside it, 64 pairs of each of 3,072 neurons; so a hundred candidates of each neuron take about as long as the forward passes.
final class CandidateProducts {
    /// Tokens of a panel, a multiple of 16.
    static let panel = 256
    /// Columns that one item of work transposes.
    private static let strip = 512

    /// A tile of a block, with its sums over the chunk.
    private struct Item {
        let block: Int
        let tile: Int
        let sums: UnsafeMutablePointer<Double>
    }

    private let layout: StatisticsLayout
    private let team: ThreadTeam
    private let blocks: [(block: Block, pairs: CandidatePairs.OfBlock)]
    private let items: [Item]
    private let sums: UnsafeMutablePointer<Double>
    private let count: Int
    /// The layout's groups that have candidates, and a panel of each, `[columns, panel]`.
    private let groups: [Int]
    private let panels: [Int: UnsafeMutablePointer<Float>]
    private let strips: [(group: Int, columns: Range<Int>)]

    /// - Parameter blocks: those with candidates, each with its pairs.
    init(layout: StatisticsLayout, blocks: [(block: Block, pairs: CandidatePairs.OfBlock)], team: ThreadTeam) {
        self.layout = layout
        self.team = team
        self.blocks = blocks
        count = blocks.reduce(0) { $0 + $1.pairs.count }
        sums = LargeBlocks.allocate(byteCount: max(count, 1) * 8).bindMemory(to: Double.self, capacity: max(count, 1))
        var next = sums
        var items: [Item] = []
        for (place, (_, pairs)) in blocks.enumerated() {
            for tile in pairs.tiles.indices {
                items.append(Item(block: place, tile: tile, sums: next))
                next += pairs.tiles[tile].count
            }
        }
        self.items = items
        let groups = Set(blocks.filter { $0.pairs.count > 0 }.flatMap { [$0.block.rows, $0.block.columns] }).sorted()
        self.groups = groups
        panels = Dictionary(
            uniqueKeysWithValues: groups.map { group in
                let count = layout.groups[group].columns * Self.panel
                return (group, LargeBlocks.allocate(byteCount: count * 4).bindMemory(to: Float.self, capacity: count))
            })
        strips = groups.flatMap { group in
            let columns = layout.groups[group].columns
            return stride(from: 0, to: columns, by: Self.strip).map { (group, $0..<min($0 + Self.strip, columns)) }
        }
    }

    deinit {
        for panel in panels.values { UnsafeMutableRawPointer(panel).deallocate() }
        UnsafeMutableRawPointer(sums).deallocate()
    }

    /// How many tiles there are.
    var tileCount: Int { items.count }

    /// Computes the products of a chunk in place of those of the last one.
    func take(_ chunk: Chunk) throws {
        sums.update(repeating: 0, count: count)
        for start in stride(from: 0, to: chunk.tokens, by: Self.panel) {
            let tokens = min(Self.panel, chunk.tokens - start)
            let padded = (tokens + 15) / 16 * 16
            let shared = UncheckedSendable((products: self, chunk: chunk))
            try team.forEach(strips.count) { item, _ in
                let (products, chunk) = shared.value
                products.transpose(products.strips[item], of: chunk, from: start, tokens: tokens, padded: padded)
            }
            try team.forEach(items.count) { item, _ in shared.value.products.multiply(item, length: padded) }
        }
    }

    private func transpose(_ strip: (group: Int, columns: Range<Int>), of chunk: Chunk, from start: Int, tokens: Int, padded: Int) {
        guard let z = chunk.values[strip.group], let panel = panels[strip.group] else {
            preconditionFailure("the chunk lacks a column group of its candidates")
        }
        let columns = layout.groups[strip.group].columns
        let target = panel + strip.columns.lowerBound * Self.panel
        un_transpose(
            z + start * columns + strip.columns.lowerBound, columns, tokens, strip.columns.count, target, Self.panel)
        guard padded > tokens else { return }
        for column in strip.columns.indices {
            (panel + column * Self.panel + tokens).update(repeating: 0, count: padded - tokens)
        }
    }

    private func multiply(_ index: Int, length: Int) {
        let item = items[index]
        let (block, pairs) = blocks[item.block]
        guard let rows = panels[block.rows], let columns = panels[block.columns] else { return }
        let start = pairs.starts[item.tile]
        pairs.rows.withUnsafeBufferPointer { rowIndices in
            pairs.columns.withUnsafeBufferPointer { columnIndices in
                guard let r = rowIndices.baseAddress, let c = columnIndices.baseAddress else { return }
                un_pair_products(
                    rows, Self.panel, columns, Self.panel, r + start, c + start, pairs.tiles[item.tile].count, length, item.sums)
            }
        }
    }

    /// The place of a tile's block among those with candidates, and of the tile in its block.
    func place(ofTile index: Int) -> (block: Int, tile: Int) { (items[index].block, items[index].tile) }

    /// Adds the rounded products of a tile to its sums; the caller has a certificate that their width holds them.
    ///
    /// - Parameter inverse: 1 / q.
    func addRounded(tile index: Int, to sums: TileSums, inverse: Double) {
        let products = items[index].sums
        switch sums.width {
        case .int32:
            let target = sums.int32
            for k in 0..<sums.count { target[k] &+= Int32(truncatingIfNeeded: Int((products[k] * inverse).rounded(.toNearestOrEven))) }
        case .int64:
            let target = sums.int64
            for k in 0..<sums.count { target[k] &+= Int64((products[k] * inverse).rounded(.toNearestOrEven)) }
        }
    }
}
