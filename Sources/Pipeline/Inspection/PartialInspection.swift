import Statistics
import Storage
import SystemPackage

/// What is in a partial file, or in a file of a store, which has the same form.
public struct PartialInspection: Codable, Sendable {
    /// One section.
    public struct Section: Codable, Sendable {
        /// Block or examples.
        public let kind: SectionKey.Kind
        /// The index of the block or of the column group in the plan's layout.
        public let index: Int
        /// The stratum of its shards.
        public let stratum: Int
        /// Counted tokens.
        public let tokens: Int
        /// Chunks that were rounded.
        public let chunks: Int
        /// Stored bytes.
        public let bytes: Int
        /// Tiles whose sums need 64 bits.
        public let wideTiles: Int
        /// The shards, each with checksum and worker.
        public let shards: [ShardRecord]
    }

    /// The file.
    public let path: String
    /// The identity of its plan.
    public let plan: Digest
    /// Its sections, in order.
    public let sections: [Section]

    /// Reads a file, and every byte of it against its checksum.
    ///
    /// - Throws: `PipelineError.notInspected` for anything else; `StatisticsError`, `StorageError` for one that is damaged.
    public init(_ path: FilePath) throws {
        let reader: PartialReader
        do {
            reader = try PartialReader(path)
        } catch StatisticsError.notAPartial(let file, let reason) {
            throw PipelineError.notInspected(file: file, reason: reason)
        }
        try reader.verify()
        self.path = path.string
        plan = reader.plan
        sections = reader.sections.map { entry in
            Section(
                kind: entry.key.kind, index: entry.key.index, stratum: entry.key.stratum, tokens: entry.tokens, chunks: entry.chunks,
                bytes: entry.bytes, wideTiles: entry.widths.count { $0 == .int64 }, shards: entry.shards)
        }
    }
}
