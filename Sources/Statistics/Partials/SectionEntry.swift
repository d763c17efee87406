import Storage

/// What a file's directory says of one section.
public struct SectionEntry: Codable, Sendable {
    /// A run of stored bytes.
    public struct Piece: Codable, Sendable {
        /// Where it begins in the file.
        public let offset: Int
        /// Stored bytes.
        public let length: Int
        /// Bytes after decompression.
        public let size: Int
        /// The checksum of the stored bytes.
        public let checksum: Digest
    }

    /// What the section holds.
    public let key: SectionKey
    /// The shards in it, ascending.
    public internal(set) var shards: [ShardRecord]
    /// Counted tokens; of moments all tokens; 0 where a section counts none.
    public let tokens: Int
    /// Chunks that were rounded into the entries.
    public let chunks: Int
    /// For a block: its `BlockSums.beyond`; nil for 0.
    public let beyond: Int?
    /// For a block: the power sums of rows, those of columns, then one piece a tile. For examples: values, rows, positions, windows.
    /// For moments: power sums, counts near 0, counts of changed values, steps of the counts by position. For tokens: values, token ids.
    /// For means: token ids, how often each counts, then one piece for each strip that has any.
    public let pieces: [Piece]
    /// The width of each tile's integers.
    public let widths: [IntegerWidth]

    /// Stored bytes of the section.
    public var bytes: Int { pieces.reduce(0) { $0 + $1.length } }
}
