import Storage

/// The strongest examples of one group over some shards of one stratum: a section of a partial.
public struct ExampleSums: Sendable {
    /// The stratum that all shards belong to.
    public let stratum: Int
    /// The shards that were looked at, ascending.
    public var shards: [ShardRecord]
    /// The examples.
    public var list: ExampleList

    /// A list over some shards of a stratum.
    public init(stratum: Int, shards: [ShardRecord], list: ExampleList) {
        self.stratum = stratum
        self.shards = shards
        self.list = list
    }

    /// Adds what other shards of the stratum have.
    public mutating func add(_ other: ExampleSums) {
        precondition(other.stratum == stratum)
        list.merge(other.list)
        shards = (shards + other.shards).sorted { $0.shard < $1.shard }
    }
}

extension ExampleList {
    /// The checksum of the list's content.
    var digest: Digest {
        var builder = DigestBuilder()
        values.withUnsafeBytes { builder.update($0) }
        for run in [rows, positions, windows] { run.withUnsafeBytes { builder.update($0) } }
        return builder.finalize()
    }
}
