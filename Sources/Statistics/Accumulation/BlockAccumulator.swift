import CKernels
import Kernels

/// Adds the cross-products of chunk after chunk into the integer sums of some blocks.
///
/// Threads take tiles. A tile's SGEMM is single-threaded and has the plan's shape, its rounding is fused with the addition, and every tile
/// is certified to fit its integers before it is added to.
final class BlockAccumulator {
    private let layout: StatisticsLayout
    private let settings: AccumulationSettings
    private let team: ThreadTeam
    private let blocks: [Block]
    /// The place of each layout group in `groups`.
    private let places: [Int: Int]
    /// The layout's groups that the blocks need, ascending.
    let groups: [Int]
    private let tilings: [Tiling]
    private let tiles: [[TileSums]]
    /// (block, tile) of each work item, in order.
    private let items: [(block: Int, tile: Int)]
    /// For each thread as many 32-bit numbers as a tile has entries.
    private let scratch: [UnsafeMutableRawPointer]
    /// The chunk in integers, where activations are rounded before they are multiplied.
    private let quantised: QuantisedChunk?
    /// For each group how many of its values were beyond the largest integer.
    private var beyond: [Int]
    private(set) var sums: [PowerSums]
    private(set) var tokens = 0
    private(set) var chunks = 0

    init(layout: StatisticsLayout, blocks: [Block], settings: AccumulationSettings, team: ThreadTeam) {
        self.layout = layout
        self.settings = settings
        self.team = team
        self.blocks = blocks
        let groups = Set(blocks.flatMap { [$0.rows, $0.columns] }).sorted()
        self.groups = groups
        places = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, $0) })
        let tilings = blocks.map { Tiling($0, in: layout, edge: settings.tile) }
        self.tilings = tilings
        tiles = tilings.map { $0.tiles.map { TileSums(count: $0.count) } }
        items = tilings.enumerated().flatMap { block, tiling in tiling.tiles.indices.map { (block, $0) } }
        scratch = (0..<team.count).map { _ in .allocate(byteCount: settings.tile * settings.tile * 4, alignment: 64) }
        quantised = settings.bits.map { QuantisedChunk(layout: layout, groups: groups, chunk: settings.chunk, bits: $0, team: team) }
        beyond = Array(repeating: 0, count: groups.count)
        sums = groups.map { PowerSums(columns: layout.groups[$0].columns) }
    }

    deinit { for pointer in scratch { pointer.deallocate() } }

    /// Adds one chunk.
    ///
    /// - Throws: `StatisticsError.activationNotFinite`, `.columnTooLarge`, `.productsTooLarge`; `KernelsError.productFailed`.
    func add(_ chunk: Chunk) throws {
        try chunk.addPowerSums(to: &sums)
        tokens += chunk.tokens
        chunks += 1
        if let quantised {
            try quantised.take(chunk)
            for (place, group) in groups.enumerated() { beyond[place] += quantised.beyond(of: group) }
        }
        let squares = sums.map { $0.largestSquares(tile: settings.tile) }
        let certificate = OverflowCertificate(settings)
        let inverse = Float(1 / settings.resolution)
        let shared = UncheckedSendable((accumulator: self, chunk: chunk))
        let (chunks, tokens) = (chunks, tokens)
        try team.forEach(items.count) { item, thread in
            let (accumulator, chunk) = shared.value
            let (blockIndex, tileIndex) = accumulator.items[item]
            let block = accumulator.blocks[blockIndex]
            let tile = accumulator.tilings[blockIndex].tiles[tileIndex]
            let sums = accumulator.tiles[blockIndex][tileIndex]
            guard let rowPlace = accumulator.places[block.rows], let columnPlace = accumulator.places[block.columns],
                let a = chunk.values[block.rows], let b = chunk.values[block.columns]
            else { preconditionFailure("the chunk lacks a column group of its block") }
            let (row, column) = (squares[rowPlace][tile.rowStrip], squares[columnPlace][tile.columnStrip])
            guard let width = certificate.width(rows: row, columns: column, chunks: chunks, tokens: tokens) else {
                throw StatisticsError.productsTooLarge(
                    block: accumulator.layout.name(of: block),
                    bound: certificate.bound(rows: row, columns: column, chunks: chunks, tokens: tokens))
            }
            if width == .int64 { sums.widen() }
            if let quantised = accumulator.quantised {
                try quantised.addProducts(of: tile, in: block, to: sums, scratch: accumulator.scratch[thread])
                return
            }
            let (m, n) = (tile.rows.count, tile.columns.count)
            let product = accumulator.scratch[thread].bindMemory(to: Float.self, capacity: m * n)
            Gemm.multiply(
                m, n, chunk.tokens, a + tile.rows.lowerBound, lda: accumulator.layout.groups[block.rows].columns, transposeA: true,
                b + tile.columns.lowerBound, ldb: accumulator.layout.groups[block.columns].columns, into: product, ldc: n)
            switch sums.width {
            case .int32: un_accumulate_int32(product, n, sums.int32, n, m, n, inverse)
            case .int64: un_accumulate_int64(product, n, sums.int64, n, m, n, inverse)
            }
        }
    }

    /// The finished sums of every block, marked as one shard's.
    ///
    /// - Parameter positive: how many tokens had a raw value above zero, for each column of a layout's group.
    func finish(shard: Int, stratum: Int, worker: String, positive: (Int) -> [Int64]) throws -> [BlockSums] {
        for (place, group) in groups.enumerated() { sums[place].positive = positive(group) }
        let results = blocks.enumerated().compactMap { index, block -> BlockSums? in
            guard let row = places[block.rows], let column = places[block.columns] else { return nil }
            return BlockSums(
                block: block.index, stratum: stratum, shards: [], tokens: tokens, chunks: chunks,
                beyond: beyond[row] + (block.isWithin ? 0 : beyond[column]), rows: sums[row], columns: sums[column], tiles: tiles[index])
        }
        try team.forEach(results.count) { item, _ in
            results[item].shards = [ShardRecord(shard: shard, checksum: results[item].digest, worker: worker)]
        }
        return results
    }
}
