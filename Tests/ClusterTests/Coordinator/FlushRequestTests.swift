import Scheduling
import Storage
import Testing

@testable import Cluster

@Suite("What a flush tells")
struct FlushRequestTests {
    @Test("ten thousand verdicts and a thousand wrong tasks fit into a message")
    func holdsMany() throws {
        let parcels = (0..<10_000).map { ParcelID(task: TaskID(shard: $0, group: 0), digest: Digest(of: "\($0)")) }
        let news = FlushRequest.News(
            verdicts: parcels.map { .release($0) },
            wrong: (0..<1_000).map { .init(task: TaskID(shard: $0, group: 0), worker: WorkerID("liar")) })
        let (request, payload) = try FlushRequest.message(round: 1, news)
        try OutgoingMessage(.flush, request, payload: payload).check(MessageLimits())
        #expect(try request.news(in: payload.map { try ReceivedFrame(copying: $0.bytes) }) == news)
    }
}
