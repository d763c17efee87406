import Storage
import Testing

@testable import Cluster

@Suite("What a coordinator tells people")
struct ClusterStatusTests {
    private static let status = ClusterStatus(
        run: "demo", plan: Digest(of: "plan"), outcome: nil, waitingBecause: nil, tokens: 4_096, tokensDone: 128, tokensPerSecond: 880.5,
        secondsLeft: 5, tasks: ["done": 1],
        workers: [
            .init(
                name: "w", host: "node7", process: 4_711, threads: 4, memory: 8 << 30, residentBytes: 1 << 30, peakResidentBytes: 2 << 30,
                state: "computing", shard: 1, seconds: 3, tokensPerSecond: 440.25, done: 1, failures: 0, silentSeconds: 1)
        ], reducers: [], failed: [], logsLeftOut: nil, disagreements: 0, dropped: ["body": 7, "sender": 2], connectionsLost: 3,
        questions: .init(answered: 11, failed: 0, waiting: 2))

    private func read(_ text: String) throws -> ClusterStatus {
        let frames = try [MessageHeader(kind: .status).bytes, Array(text.utf8)].map { try ReceivedFrame(copying: $0) }
        return try IncomingMessage(frames, from: nil, MessageLimits()).body()
    }

    private var text: String { get throws { String(decoding: try JSONFile.encode(Self.status, isPretty: false), as: UTF8.self) } }

    @Test("is read as it was said")
    func whole() throws {
        let status = try read(try text)
        #expect(status.tokensDone == 128 && status.tokensPerSecond == 880.5 && status.dropped == ["body": 7, "sender": 2])
        #expect(status.workers.map(\.tokensPerSecond) == [440.25] && status.connectionsLost == 3 && status.outcome == nil)
        #expect(status.questions == Self.status.questions)
        #expect(String(decoding: try JSONFile.encode(status, isPretty: false), as: UTF8.self) == (try text))
    }

    @Test(
        "is refused with numbers that cannot be shown or added up",
        arguments: [
            (":128,", ":9223372036854775807,"), (":128,", ":-1,"), (":4096,", ":92233720368547759,"), (":880.5", ":1e300"),
            (":440.25", ":-1"), (":7,", ":9223372036854775807,"), (":11,", ":-1,"),
        ])
    func impossible(right: String, wrong: String) throws {
        let text = try text
        try #require(text.contains(right))
        let refusal = #expect(throws: MessageRefusal.self) { try read(text.replacing(right, with: wrong, maxReplacements: 1)) }
        #expect(refusal?.reason == .body)
    }

    @Test("is refused with more numbers than can be added up")
    func many() throws {
        let dropped = "{" + (0..<9_000).map { "\"k\($0)\":1125899906842624" }.joined(separator: ",") + "}"
        let text = try text.replacing("{\"body\":7,\"sender\":2}", with: dropped)
        try #require(text.contains("k8999"))
        let refusal = #expect(throws: MessageRefusal.self) { try read(text) }
        #expect(refusal?.reason == .body)
    }
}
