/// The names of workers, each in memory once: a table that is read brings one with every row, of few workers.
public struct WorkerNames {
    private var known: Set<String> = []

    /// No names yet.
    public init() {}

    /// The same records, whose names are those that were met first.
    public mutating func sharing(_ records: [ShardRecord]) -> [ShardRecord] {
        records.map { ShardRecord(shard: $0.shard, checksum: $0.checksum, worker: known.insert($0.worker).memberAfterInsert) }
    }
}
