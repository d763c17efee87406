import Scheduling
import SmallRuns
import Statistics
import Storage
import Testing

@testable import Cluster

@Suite("What reducers hold of a task")
struct HeldShardsTests {
    private let keys = [0, 1].map { SectionKey(kind: .block, index: $0, stratum: 0) }
    private let task = TaskID(shard: 3, group: 0)

    private func held(by workers: [String]) -> HeldShards {
        HeldShards(zip(keys, workers).map { SectionInventory(key: $0, shards: [record(task.shard, $1)]) })
    }

    private func record(_ shard: Int, _ worker: String) -> ShardRecord {
        ShardRecord(shard: shard, checksum: Digest(of: Array("\(shard) \(worker)".utf8)), worker: worker)
    }

    @Test("is nothing unless it is all of its sections, and names all workers whose sections these are")
    func workers() throws {
        #expect(held(by: ["a"]).result(of: task, sections: keys) == nil)
        let mixed = try #require(held(by: ["a", "b"]).result(of: task, sections: keys))
        #expect(mixed.workers == [WorkerID("a"), WorkerID("b")])
        let single = try #require(held(by: ["a", "a"]).result(of: task, sections: keys))
        #expect(single.workers == [WorkerID("a")] && single.digest != mixed.digest)
    }

    @Test("is what a dictionary of all records says, for every shard of every section, also of tables that are out of order")
    func lookup() {
        var numbers = SeededGenerator(seed: 5)
        for round in 0..<40 {
            var (sections, expected): ([SectionInventory], [SectionKey: [Int: ShardRecord]]) = ([], [:])
            // Sorted as reducers send them; in other rounds as nobody should, with shards and sections named again.
            let isSorted = round < 20
            for key in isSorted ? keys : keys + keys {
                var shards = (0..<Int(numbers.next() % 24)).map { _ in Int(numbers.next() % 32) }
                if isSorted { shards = Set(shards).sorted() }
                let table = shards.map { record($0, "w\(numbers.next() % 3)") }
                sections.append(SectionInventory(key: key, shards: table))
                for record in table { expected[key, default: [:]][record.shard] = record }
            }
            let held = HeldShards(sections)
            for shard in -1...32 {
                let task = TaskID(shard: shard, group: 0)
                for asked in [[keys[0]], keys, keys.reversed()] {
                    let records = asked.compactMap { expected[$0]?[shard] }
                    let found = held.result(of: task, sections: asked)
                    guard records.count == asked.count else {
                        #expect(found == nil)
                        continue
                    }
                    let parts = zip(asked, records).map { ParcelOffer.Section(key: $0, checksum: $1.checksum) }
                    #expect(found?.workers == Set(records.map { WorkerID($0.worker) }))
                    #expect(found?.digest == ParcelID(task: task, sections: parts).digest)
                }
            }
        }
    }
}
