import Scheduling
import Statistics
import Storage

/// Which shards each section holds, with whichever reducer it lies: what decides whether a task is done, whatever a ledger says.
struct HeldShards: Sendable {
    private var records: [SectionKey: [Int: ShardRecord]] = [:]

    /// Adds what a reducer holds of a section.
    mutating func add(_ section: SectionInventory) {
        for record in section.shards { records[section.key, default: [:]][record.shard] = record }
    }

    /// What is held of a task, and whose sections these are: nil unless it is all of its sections.
    func result(of task: TaskID, sections: [SectionKey]) -> (workers: Set<WorkerID>, digest: Digest)? {
        var found: [ParcelOffer.Section] = []
        var workers: Set<WorkerID> = []
        for key in sections {
            guard let record = records[key]?[task.shard] else { return nil }
            found.append(ParcelOffer.Section(key: key, checksum: record.checksum))
            workers.insert(WorkerID(record.worker))
        }
        return (workers, ParcelID(task: task, sections: found).digest)
    }
}
