import Pipeline
import Scheduling
import Statistics

/// Which shards each section holds, wherever it lies: what decides whether a task is done, whatever a ledger says.
struct HeldShards: Sendable {
    private var records: [SectionKey: [Int: ShardRecord]] = [:]

    /// What a store in this process's reach holds.
    init(_ snapshot: StoreSnapshot? = nil, plan: RunPlan) {
        guard let snapshot else { return }
        for stratum in 0..<plan.numbers.corpus.strata {
            for block in plan.layout.blocks {
                for key in plan.layout.sections(of: block, stratum: stratum, keepsExamples: plan.keepsExamples) {
                    add(SectionInventory(key: key, shards: snapshot.records(of: key)))
                }
            }
        }
    }

    /// Adds what a reducer holds of a section.
    mutating func add(_ section: SectionInventory) {
        for record in section.shards { records[section.key, default: [:]][record.shard] = record }
    }

    /// Whether all shards of a section are held.
    func holds(_ section: SectionInventory) -> Bool {
        let held = records[section.key] ?? [:]
        return section.shards.allSatisfy { held[$0.shard] != nil }
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
