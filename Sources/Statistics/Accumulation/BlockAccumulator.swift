import CKernels
import Kernels

/// Adds the cross-products of chunk after chunk into the integer sums of some blocks.
///
/// Threads take tiles. A tile's SGEMM is single-threaded and has the plan's shape, its rounding is fused with the addition, and every tile
/// is certified to fit its integers before it is added to.
///
/// Tried: one level of Strassen-Winograd (7 products of half the edges, sums of the factors' quarters shared by all tiles of a row or
/// column) against one product over 4,096 tokens, on one thread, by processor time, medians. Tiles of 1,024: 0.98 to 1.04 × on an Intel
/// Xeon with AVX-512, 0.97 × with its AVX2 kernels. Tiles of 2,048: 1.02 to 1.16 ×, and 1.21 × with AVX2 kernels; but GPT-2 small's layers
/// have 3,072 neurons, of whose blocks four ninths lie in such tiles, and a thread's scratch grows from 4 MB to 44. An entry is off by
/// 6.3·10⁻⁵ of its unit instead of 2.4·10⁻⁵ (root mean square), far below the rounding to 1/16: the time does not pay, the error would do.
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
    /// (block, tile) of each work item of blocks that are kept whole, in order.
    private let items: [(block: Int, tile: Int)]
    /// The products of blocks of which only candidates are kept; nil where there are none.
    private let candidates: CandidateProducts?
    /// The places in `blocks` of these blocks.
    private let screened: [Int]
    /// For each thread as many 32-bit numbers as a tile has entries.
    private let scratch: [UnsafeMutableRawPointer]
    /// The chunk in integers, where activations are rounded before they are multiplied.
    private let quantised: QuantisedChunk?
    /// For each group how many of its values were beyond the largest integer.
    private var beyond: [Int]
    private(set) var sums: [PowerSums]
    private(set) var tokens = 0
    private(set) var chunks = 0

    init(
        layout: StatisticsLayout, blocks: [Block], settings: AccumulationSettings, candidates: CandidatePairs? = nil, team: ThreadTeam
    ) {
        self.layout = layout
        self.settings = settings
        self.team = team
        self.blocks = blocks
        let groups = Set(blocks.flatMap { [$0.rows, $0.columns] }).sorted()
        self.groups = groups
        places = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, $0) })
        let pairs = blocks.map { candidates?.pairs(of: $0) }
        let tilings = zip(blocks, pairs).map { block, pairs in
            pairs.map {
                Tiling(rows: layout.groups[block.rows].columns, columns: layout.groups[block.columns].columns, keeping: $0)
            } ?? Tiling(block, in: layout, edge: settings.tile)
        }
        self.tilings = tilings
        tiles = tilings.map { $0.tiles.map { TileSums(count: $0.count) } }
        items = tilings.enumerated().flatMap { block, tiling in
            pairs[block] == nil ? tiling.tiles.indices.map { (block, $0) } : []
        }
        screened = blocks.indices.filter { pairs[$0] != nil }
        let chosen = screened.compactMap { place in pairs[place].map { (block: blocks[place], pairs: $0) } }
        self.candidates = chosen.isEmpty ? nil : CandidateProducts(layout: layout, blocks: chosen, team: team)
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
        if let candidates {
            try candidates.take(chunk)
            try team.forEach(candidates.tileCount) { item, _ in
                let accumulator = shared.value.accumulator
                guard let candidates = accumulator.candidates else { return }
                let place = candidates.place(ofTile: item)
                let block = accumulator.screened[place.block]
                try accumulator.certify(block, tile: place.tile, squares: squares, certificate)
                candidates.addRounded(
                    tile: item, to: accumulator.tiles[block][place.tile], inverse: 1 / accumulator.settings.resolution)
            }
        }
        try team.forEach(items.count) { item, thread in
            let (accumulator, chunk) = shared.value
            let (blockIndex, tileIndex) = accumulator.items[item]
            let block = accumulator.blocks[blockIndex]
            let tile = accumulator.tilings[blockIndex].tiles[tileIndex]
            let sums = accumulator.tiles[blockIndex][tileIndex]
            guard let a = chunk.values[block.rows], let b = chunk.values[block.columns] else {
                preconditionFailure("the chunk lacks a column group of its block")
            }
            try accumulator.certify(blockIndex, tile: tileIndex, squares: squares, certificate)
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

    /// Makes a tile as wide as its sums over all chunks so far may need.
    ///
    /// - Throws: `StatisticsError.productsTooLarge`.
    private func certify(_ place: Int, tile index: Int, squares: [[Double]], _ certificate: OverflowCertificate) throws {
        let block = blocks[place]
        let tile = tilings[place].tiles[index]
        guard let rowPlace = places[block.rows], let columnPlace = places[block.columns] else {
            preconditionFailure("the chunk lacks a column group of its block")
        }
        let (row, column) = (squares[rowPlace][tile.rowStrip], squares[columnPlace][tile.columnStrip])
        guard let width = certificate.width(rows: row, columns: column, chunks: chunks, tokens: tokens) else {
            throw StatisticsError.productsTooLarge(
                block: layout.name(of: block), bound: certificate.bound(rows: row, columns: column, chunks: chunks, tokens: tokens))
        }
        if width == .int64 { tiles[place][index].widen() }
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
