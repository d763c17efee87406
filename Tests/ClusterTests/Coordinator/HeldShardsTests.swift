import Scheduling
import Statistics
import Storage
import Testing

@testable import Cluster

@Suite("What reducers hold of a task")
struct HeldShardsTests {
    private let keys = [0, 1].map { SectionKey(kind: .block, index: $0, stratum: 0) }
    private let task = TaskID(shard: 3, group: 0)

    private func held(by workers: [String]) -> HeldShards {
        var held = HeldShards()
        for (key, worker) in zip(keys, workers) {
            let record = ShardRecord(shard: task.shard, checksum: Digest(of: Array(worker.utf8)), worker: worker)
            held.add(SectionInventory(key: key, shards: [record]))
        }
        return held
    }

    @Test("is nothing unless it is all of its sections, and names all workers whose sections these are")
    func workers() throws {
        #expect(held(by: ["a"]).result(of: task, sections: keys) == nil)
        let mixed = try #require(held(by: ["a", "b"]).result(of: task, sections: keys))
        #expect(mixed.workers == [WorkerID("a"), WorkerID("b")])
        let single = try #require(held(by: ["a", "a"]).result(of: task, sections: keys))
        #expect(single.workers == [WorkerID("a")] && single.digest != mixed.digest)
    }
}
