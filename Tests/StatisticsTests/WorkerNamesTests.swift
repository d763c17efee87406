import Statistics
import Storage
import Testing

@Suite("The names of workers in tables of shards")
struct WorkerNamesTests {
    /// A name that is too long to lie in place, made anew.
    private func name(_ worker: Int) -> String { ["a-host-of-a-cluster", "4711", "\(worker)"].joined(separator: "-") }

    /// Where a text's letters lie.
    private func place(of text: String) -> UInt? {
        var text = text
        return text.withUTF8 { UInt(bitPattern: $0.baseAddress) }
    }

    @Test("are in memory once, also over several tables, and the records stay what they are")
    func sharing() {
        let tables = (0..<3).map { table in
            (0..<40).map { ShardRecord(shard: $0, checksum: Digest(of: "\(table) \($0)"), worker: name(($0 + table) % 4)) }
        }
        #expect(Set(tables.joined().map { place(of: $0.worker) }).count == 120)
        var names = WorkerNames()
        let shared = tables.map { names.sharing($0) }
        #expect(shared == tables)
        #expect(Set(shared.joined().map { place(of: $0.worker) }).count == 4)
    }
}
