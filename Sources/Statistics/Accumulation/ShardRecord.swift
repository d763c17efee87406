import Storage

/// What a block remembers of a shard that it holds.
public struct ShardRecord: Hashable, Codable, Sendable {
    /// The shard's index in the plan.
    public let shard: Int
    /// The checksum of the integers that the shard contributed to the block.
    public let checksum: Digest
    /// Who computed it.
    public let worker: String

    /// The record of a shard that a worker computed.
    public init(shard: Int, checksum: Digest, worker: String) {
        self.shard = shard
        self.checksum = checksum
        self.worker = worker
    }
}
