import Scheduling
import Statistics
import Storage
import Testing

@testable import Cluster

@Suite("The rows of a lease")
struct LeaseGrantTests {
    private static let rows = ShardRows(
        context: 3, indices: [7, 2], domains: [1, 0], tokens: [5, 6, 7, 60, 0, 1], labels: [3, 0, 1, 2, 2, 3])
    private static let plain = ShardRows(
        context: rows.context, indices: rows.indices, domains: rows.domains, tokens: rows.tokens)
    private static let grant = LeaseGrant(
        lease: Lease(id: LeaseID(epoch: 1, number: 0), shard: 0, groups: [0], purpose: .work), stratum: 0, rows: 2, context: 3)

    private func sent(_ rows: ShardRows, combinations: Int?) throws -> ShardRows {
        let payload = try LeaseGrant.payload(rows).map { try ReceivedFrame(copying: $0.bytes) }
        return try Self.grant.shardRows(payload, vocabulary: 64, corpusRows: 8, domains: 2, combinations: combinations)
    }

    @Test("arrive as they were sent, with their labels or without")
    func roundTrip() throws {
        for (rows, combinations) in [(Self.rows, 4 as Int?), (Self.plain, nil)] {
            let found = try sent(rows, combinations: combinations)
            #expect(found.context == 3 && found.indices == rows.indices && found.domains == rows.domains)
            #expect(found.tokens == rows.tokens && found.labels == rows.labels)
        }
    }

    @Test("are refused without the labels that the plan has, with labels that it has not, and with those outside its table")
    func refused() throws {
        #expect(throws: MessageRefusal.self) { try sent(Self.plain, combinations: 4) }
        #expect(throws: MessageRefusal.self) { try sent(Self.rows, combinations: nil) }
        #expect(throws: MessageRefusal.self) { try sent(Self.rows, combinations: 3) }
        let negative = ShardRows(context: 3, indices: [7, 2], domains: [1, 0], tokens: Self.rows.tokens, labels: [0, 0, 0, -1, 0, 0])
        #expect(throws: MessageRefusal.self) { try sent(negative, combinations: 4) }
    }
}
