import Corpus

/// A task: one shard and one group of blocks. A pure function of the plan: whoever computes it gets the same bits.
public struct ShardTask: Hashable, Sendable {
    /// The task's number in the plan: shard by shard, in each shard group by group.
    public let number: Int
    /// The shard.
    public let shard: TokenShard
    /// The block group.
    public let group: Int
    /// The blocks to compute: all of the group's, or those that are missing.
    public var blocks: [Int]
}
