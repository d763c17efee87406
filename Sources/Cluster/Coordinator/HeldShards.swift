import Diagnostics
import Scheduling
import Statistics
import Storage

/// Which shards each section holds, with whichever reducer it lies: what decides whether a task is done, whatever a ledger says.
///
/// The tables are those of the inventories, which are sorted by shard: they are looked up in and not copied, as a large run's have millions
/// of rows.
struct HeldShards: Sendable {
    /// The tables of the sections, each ascending by shard.
    private let tables: [SectionKey: [ShardRecord]]

    /// What sections hold. Where one is named twice, or names a shard twice, the last record of a shard counts.
    init(_ sections: some Sequence<SectionInventory>) {
        var parts: [SectionKey: [[ShardRecord]]] = [:]
        for section in sections { parts[section.key, default: []].append(section.shards) }
        tables = parts.mapValues { parts in Self.ascending(parts.count == 1 ? parts[0] : Array(parts.joined())) }
    }

    /// What is held of a task, and whose sections these are: nil unless it is all of its sections.
    func result(of task: TaskID, sections: [SectionKey]) -> (workers: Set<WorkerID>, digest: Digest)? {
        var found: [ParcelOffer.Section] = []
        found.reserveCapacity(sections.count)
        var workers: Set<WorkerID> = []
        for key in sections {
            guard let record = record(of: task.shard, in: key) else { return nil }
            found.append(ParcelOffer.Section(key: key, checksum: record.checksum))
            workers.insert(WorkerID(record.worker))
        }
        return (workers, ParcelID(task: task, sections: found).digest)
    }

    private func record(of shard: Int, in key: SectionKey) -> ShardRecord? {
        guard let table = tables[key] else { return nil }
        let place = table.index(afterAll: { $0.shard < shard })
        return place < table.count && table[place].shard == shard ? table[place] : nil
    }

    /// A table in order: itself, unless whoever sent it did not keep to that.
    private static func ascending(_ table: [ShardRecord]) -> [ShardRecord] {
        if table.indices.dropFirst().allSatisfy({ table[$0 - 1].shard < table[$0].shard }) { return table }
        return Dictionary(table.map { ($0.shard, $0) }) { $1 }.values.sorted { $0.shard < $1.shard }
    }
}
