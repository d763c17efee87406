/// How a block is cut into tiles.
///
/// Tiles are the unit of everything: one SGEMM, one certificate, one compressed piece. Their shape is fixed by the plan, so results do not
/// depend on threads or memory. A within-layer block is symmetric; only tiles on and above the diagonal are kept.
public struct Tiling: Hashable, Sendable {
    /// One tile: ranges of the block's rows and columns.
    public struct Tile: Hashable, Sendable {
        /// The strip of rows, counted in tiles.
        public let rowStrip: Int
        /// The strip of columns, counted in tiles.
        public let columnStrip: Int
        /// The block's rows that the tile covers.
        public let rows: Range<Int>
        /// The block's columns that the tile covers.
        public let columns: Range<Int>

        /// How many entries the tile has: all of its rows and columns, or those pairs of them that are kept.
        public let count: Int

        /// - Parameter count: how many pairs are kept; nil for all.
        init(rowStrip: Int, columnStrip: Int, rows: Range<Int>, columns: Range<Int>, count: Int? = nil) {
            self.rowStrip = rowStrip
            self.columnStrip = columnStrip
            self.rows = rows
            self.columns = columns
            self.count = count ?? rows.count * columns.count
        }
    }

    /// The block's rows.
    public let rows: Int
    /// The block's columns.
    public let columns: Int
    /// Whether only tiles on and above the diagonal are kept.
    public let isSymmetric: Bool
    /// The tiles, by strips of rows and then of columns.
    public let tiles: [Tile]

    /// - Parameters:
    ///   - rows: the block's rows.
    ///   - columns: the block's columns.
    ///   - isSymmetric: whether the block is a group against itself.
    ///   - edge: the largest edge of a tile.
    public init(rows: Int, columns: Int, isSymmetric: Bool, edge: Int) {
        self.rows = rows
        self.columns = columns
        self.isSymmetric = isSymmetric
        var tiles: [Tile] = []
        for (i, top) in stride(from: 0, to: rows, by: edge).enumerated() {
            for (j, left) in stride(from: 0, to: columns, by: edge).enumerated() where !isSymmetric || j >= i {
                tiles.append(
                    Tile(rowStrip: i, columnStrip: j, rows: top..<min(top + edge, rows), columns: left..<min(left + edge, columns)))
            }
        }
        self.tiles = tiles
    }

    /// The tiling of a block of which some pairs are kept.
    ///
    /// - Parameters:
    ///   - rows: the block's rows.
    ///   - columns: the block's columns.
    ///   - pairs: those that are kept.
    init(rows: Int, columns: Int, keeping pairs: CandidatePairs.OfBlock) {
        self.rows = rows
        self.columns = columns
        isSymmetric = false
        tiles = pairs.tiles
    }

    /// The tiling of a block of a layout.
    public init(_ block: Block, in layout: StatisticsLayout, edge: Int) {
        self.init(
            rows: layout.groups[block.rows].columns, columns: layout.groups[block.columns].columns,
            isSymmetric: block.isWithin, edge: edge)
    }

    /// How many entries are kept.
    public var entries: Int { tiles.reduce(0) { $0 + $1.count } }
}
