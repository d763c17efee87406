import Scheduling
import Statistics

/// Which shards each section holds, with whichever reducer it lies: what decides whether a task is done, whatever a ledger says.
struct HeldShards: Sendable {
    private var records: [SectionKey: [Int: ShardRecord]] = [:]

    /// Adds what a reducer holds of a section.
    mutating func add(_ section: SectionInventory) {
        for record in section.shards { records[section.key, default: [:]][record.shard] = record }
    }

    /// What is held of a task: nil unless it is all of its sections.
    func result(of task: TaskID, sections: [SectionKey]) -> TaskState.Result? {
        var found: [ParcelOffer.Section] = []
        var worker = ""
        for key in sections {
            guard let record = records[key]?[task.shard] else { return nil }
            found.append(ParcelOffer.Section(key: key, checksum: record.checksum))
            worker = record.worker
        }
        return TaskState.Result(worker: WorkerID(worker), digest: ParcelID(task: task, sections: found).digest)
    }
}
