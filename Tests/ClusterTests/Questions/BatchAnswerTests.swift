import Analysis
import Scheduling
import Storage
import Testing

@testable import Cluster

@Suite("The answer of a batch")
struct BatchAnswerTests {
    private static let sums = PredictionRows(count: 3, tokens: 14, sums: (0..<30).map { $0 == 7 ? -0.0 : Double($0) / 7 })

    private static func message() -> (BatchAnswer, [PayloadFrame]) {
        BatchAnswer.message(
            sums, to: Digest(of: "question"), TaskID(shard: 2, group: 0), under: LeaseID(epoch: 1, number: 4), by: WorkerID("w"))
    }

    private static func received(_ payload: [PayloadFrame]) throws -> [ReceivedFrame] {
        try payload.map { try ReceivedFrame(copying: $0.bytes) }
    }

    @Test("travels with the bits of its sums")
    func travels() throws {
        let (answer, payload) = Self.message()
        let found = try answer.sums(in: Self.received(payload), rows: 3, tokens: 14, size: 10)
        #expect(found.sums.map(\.bitPattern) == Self.sums.sums.map(\.bitPattern) && found.count == 3 && found.tokens == 14)
        #expect(payload.count == SumsFrames.count(of: 30))
    }

    @Test("is refused where its sums are of another batch, too few or too many, or not those that were computed")
    func refused() throws {
        let (answer, payload) = Self.message()
        let frames = try Self.received(payload)
        for (rows, tokens, size) in [(2, 14, 10), (3, 13, 10), (3, 14, 9), (3, 14, 11), (Int.max / 16, 14, 10)] {
            #expect(throws: MessageRefusal.self) { _ = try answer.sums(in: frames, rows: rows, tokens: tokens, size: size) }
        }
        #expect(throws: MessageRefusal.self) { _ = try answer.sums(in: [], rows: 3, tokens: 14, size: 10) }
        #expect(throws: MessageRefusal.self) { _ = try answer.sums(in: frames + frames, rows: 3, tokens: 14, size: 10) }
        var bytes = payload[0].bytes
        bytes[100] ^= 1
        let damaged = [try ReceivedFrame(copying: bytes)]
        #expect(throws: MessageRefusal.self) { _ = try answer.sums(in: damaged, rows: 3, tokens: 14, size: 10) }
    }
}
