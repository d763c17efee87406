/// The strongest of one group over some shards of one stratum: a section of a partial.
public struct StrongestSums<List: StrongestList>: Sendable {
    /// The stratum that all shards belong to.
    public let stratum: Int
    /// The shards that were looked at, ascending.
    public var shards: [ShardRecord]
    /// What is strongest.
    public var list: List

    /// A list over some shards of a stratum.
    public init(stratum: Int, shards: [ShardRecord], list: List) {
        self.stratum = stratum
        self.shards = shards
        self.list = list
    }

    /// Adds what other shards of the stratum have.
    public mutating func add(_ other: StrongestSums) {
        precondition(other.stratum == stratum)
        list.merge(other.list)
        shards = (shards + other.shards).sorted { $0.shard < $1.shard }
    }
}
