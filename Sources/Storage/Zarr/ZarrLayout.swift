/// The shape of a matrix in a Zarr group.
public struct ZarrLayout: Sendable, Hashable {
    /// How numbers are stored.
    public enum Element: String, Sendable, Codable {
        case float16 = "<f2"
        case float32 = "<f4"

        /// Bytes of one number.
        public var byteCount: Int { self == .float16 ? 2 : 4 }
    }

    /// The longest axis and chunk edge that are read; no matrix has more rows, and products of two stay below what 64 bits hold.
    static let lengthLimit = 1 << 31
    /// The largest chunk that is read, in bytes of float32: other readers of the format go no further either.
    static let chunkByteLimit = 1 << 31

    /// Rows of the matrix.
    public let rows: Int
    /// Columns of the matrix.
    public let columns: Int
    /// Rows of a chunk; those at the lower edge may reach past the matrix.
    public let rowsPerChunk: Int
    /// Columns of a chunk; those at the right edge may reach past the matrix.
    public let columnsPerChunk: Int
    /// How numbers are stored.
    public let element: Element
    /// Names of the two axes; arrays of a group that share a name must share the length.
    public let dimensions: [String]
    /// How hard zstd tries, 1 to 19.
    public let level: Int

    /// - Precondition: All lengths are above zero, and there are two names.
    public init(
        rows: Int, columns: Int, rowsPerChunk: Int, columnsPerChunk: Int, element: Element = .float32, dimensions: [String], level: Int = 1
    ) {
        precondition(rows > 0 && columns > 0 && rowsPerChunk > 0 && columnsPerChunk > 0 && dimensions.count == 2)
        self.rows = rows
        self.columns = columns
        self.rowsPerChunk = rowsPerChunk
        self.columnsPerChunk = columnsPerChunk
        self.element = element
        self.dimensions = dimensions
        self.level = level
    }

    /// Chunks from top to bottom.
    public var chunkRows: Int { (rows - 1) / rowsPerChunk + 1 }
    /// Chunks from left to right.
    public var chunkColumns: Int { (columns - 1) / columnsPerChunk + 1 }

    /// The rows of the matrix that a row of chunks holds.
    public func rows(ofChunkRow row: Int) -> Range<Int> {
        row * rowsPerChunk..<min(rows, (row + 1) * rowsPerChunk)
    }

    /// The columns of the matrix that a column of chunks holds.
    public func columns(ofChunkColumn column: Int) -> Range<Int> {
        column * columnsPerChunk..<min(columns, (column + 1) * columnsPerChunk)
    }
}
