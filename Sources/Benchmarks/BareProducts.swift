import Kernels
import Statistics

/// The SGEMM of one chunk in tiles of one edge, and nothing else.
struct BareProducts {
    /// The tiles' largest edge.
    let edge: Int
    private let sources: [SyntheticActivations]
    private let layers: Int
    private let tokens: Int
    private let tiles: [(block: Block, tile: Tiling.Tile)]
    private let team: ThreadTeam
    private let scratch: [FloatBuffer]

    /// - Parameters:
    ///   - layers: of each source.
    ///   - tokens: of the chunk.
    init(sources: [SyntheticActivations], layers: Int, layout: StatisticsLayout, edge: Int, tokens: Int, team: ThreadTeam) {
        self.edge = edge
        self.sources = sources
        self.layers = layers
        self.tokens = tokens
        self.team = team
        tiles = layout.blocks.flatMap { block in Tiling(block, in: layout, edge: edge).tiles.map { (block: block, tile: $0) } }
        scratch = (0..<team.count).map { _ in FloatBuffer(count: edge * edge) }
    }

    /// Floating-point operations.
    var operations: Double { tiles.reduce(0) { $0 + 2 * Double($1.tile.count) * Double(tokens) } }

    /// Multiplies all tiles.
    func multiply() throws {
        try team.forEach(tiles.count) { item, thread in
            let (block, tile) = tiles[item]
            let (a, b) = (panel(block.rows), panel(block.columns))
            Gemm.multiply(
                tile.rows.count, tile.columns.count, tokens, a.start + tile.rows.lowerBound, lda: a.columns, transposeA: true,
                b.start + tile.columns.lowerBound, ldb: b.columns, into: scratch[thread].pointer, ldc: tile.columns.count)
        }
    }

    private func panel(_ group: Int) -> (start: UnsafePointer<Float>, columns: Int) {
        let source = sources[group / layers]
        return (UnsafePointer(source.values[group % layers].pointer), source.columnGroups[group % layers].columns)
    }
}
