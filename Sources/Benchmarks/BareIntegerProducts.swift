import Kernels
import Statistics

/// The integer products of one chunk in the tiles of some settings, by oneDNN alone: no rounding, no sums, nothing beyond the scale.
///
/// Sendable because it only owns memory: each thread has a tile of its own, and the factors do not change.
final class BareIntegerProducts: @unchecked Sendable {
    private let tiles: [(block: Block, tile: Tiling.Tile)]
    private let tokens: Int
    private let team: ThreadTeam
    /// The factors of each group, `[columns, tokens]`.
    private let panels: [UnsafeMutablePointer<Int8>]
    /// A tile's products, for each thread.
    private let scratch: [UnsafeMutablePointer<Int32>]

    /// Products of random integers of so many bits: how fast they are does not depend on their values.
    ///
    /// - Parameter settings: those of rounded activations; a chunk is full.
    init(layout: StatisticsLayout, settings: AccumulationSettings, bits: QuantisedBits, team: ThreadTeam) throws {
        let tokens = settings.chunk
        self.tokens = tokens
        self.team = team
        tiles = layout.blocks.flatMap { block in
            Tiling(block, in: layout, edge: settings.tile).tiles.map { (block: block, tile: $0) }
        }
        let columns = layout.groups.map(\.columns)
        panels = columns.map { count in
            LargeBlocks.allocate(byteCount: count * tokens).bindMemory(to: Int8.self, capacity: count * tokens)
        }
        let entries = settings.tile * settings.tile
        scratch = (0..<team.count).map { _ in
            LargeBlocks.allocate(byteCount: 4 * entries).bindMemory(to: Int32.self, capacity: entries)
        }
        try team.forEach(columns.count) { group, _ in
            var numbers = SeededFloats(seed: UInt64(group))
            for index in 0..<columns[group] * tokens {
                let value = Int(numbers.nextBits() % UInt64(2 * bits.limit + 1)) - bits.limit
                panels[group][index] = Int8(truncatingIfNeeded: value)
            }
        }
    }

    deinit {
        for panel in panels { UnsafeMutableRawPointer(panel).deallocate() }
        for tile in scratch { UnsafeMutableRawPointer(tile).deallocate() }
    }

    /// Multiplies all tiles.
    ///
    /// - Throws: `KernelsError.productFailed`.
    func multiply() throws {
        try team.forEach(tiles.count) { [self] item, thread in
            let (block, tile) = tiles[item]
            for start in stride(from: 0, to: tokens, by: Int8Gemm.longest) {
                try Int8Gemm.multiply(
                    tile.rows.count, tile.columns.count, min(Int8Gemm.longest, tokens - start),
                    panels[block.rows] + tile.rows.lowerBound * tokens + start, lda: tokens,
                    panels[block.columns] + tile.columns.lowerBound * tokens + start, ldb: tokens, into: scratch[thread],
                    ldc: tile.columns.count)
            }
        }
    }
}
