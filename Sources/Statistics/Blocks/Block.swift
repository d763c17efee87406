/// A block of the cross-product matrix: the columns of one group against those of another, or against themselves.
public struct Block: Hashable, Codable, Sendable {
    /// The block's place in plan order.
    public let index: Int
    /// The index of the column group that makes the block's rows.
    public let rows: Int
    /// The index of the column group that makes the block's columns, and that owns the block.
    public let columns: Int

    /// The block of two of the layout's groups.
    public init(index: Int, rows: Int, columns: Int) {
        self.index = index
        self.rows = rows
        self.columns = columns
    }

    /// Whether the block is a group against itself (symmetric).
    public var isWithin: Bool { rows == columns }
}
