import Scheduling
import Statistics
import Storage

/// What a reducer says of a complete run at its end, without messages: what it costs a coordinator to read it and to compare it with the
/// plan.
///
///     let load = try InventoryLoad(sections: 636, shards: 1_526)
///     let complete = try load.compare()
public struct InventoryLoad {
    private let keys: [SectionKey]
    private let shards: Int
    private let inventory: Inventory
    private let payload: [ReceivedFrame]
    /// As many as a large cluster has.
    private static let workers = 32

    /// The inventory of sections that hold all shards, compressed as it travels.
    ///
    /// - Throws: an `EncodingError`, `StorageError`, a `ClusterError` where there is no memory for a frame.
    public init(sections: Int, shards: Int) throws {
        keys = (0..<sections).map { SectionKey(kind: .block, index: $0, stratum: 0) }
        self.shards = shards
        // One section after the other: of all together the encoder would take a gigabyte.
        var json = Array("[".utf8)
        for key in keys {
            let records = (0..<shards).map { shard in
                let worker = "node\(shard % Self.workers).cluster-4711-5f3a09c2"
                return ShardRecord(shard: shard, checksum: Digest(of: "\(key.index) \(shard)"), worker: worker)
            }
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            json += try JSONFile.encode(SectionInventory(key: key, shards: records), isPretty: false)
        }
        json.append(UInt8(ascii: "]"))
        inventory = Inventory(index: 0, round: 1, bytes: json.count)
        payload = try LongBody.frames(compressing: json).map { frame in try ReceivedFrame(copying: frame.bytes) }
    }

    /// Rows of all tables.
    public var records: Int { keys.count * shards }
    /// Bytes of the JSON, and of the frames behind the message.
    public var bytes: (json: Int, sent: Int) { (inventory.bytes, payload.reduce(0) { $0 + $1.count }) }

    /// Reads the inventory and looks for what is held of every task.
    ///
    /// - Returns: how many tasks are complete.
    /// - Throws: `MessageRefusal`.
    public func compare() throws -> Int {
        let sections = try inventory.sections(in: payload, limit: Inventory.largest(blocks: keys.count, strata: 1, shards: shards))
        let held = HeldShards(sections)
        return (0..<shards).count { held.result(of: TaskID(shard: $0, group: 0), sections: keys) != nil }
    }
}
