import Storage

/// One row of a section's table of shards: what was folded, and who computed it.
public struct FoldedShard: Hashable, Codable, Sendable {
    /// The checksum of the shard's integers in this section.
    public let checksum: Digest
    /// Who computed them.
    public let worker: WorkerID

    /// A row for one shard.
    public init(checksum: Digest, worker: WorkerID) {
        self.checksum = checksum
        self.worker = worker
    }
}
