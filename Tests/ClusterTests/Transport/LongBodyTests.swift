import Scheduling
import Testing

@testable import Cluster

@Suite("A body that is longer than a message's")
struct LongBodyTests {
    @Test("brings a thousand failed tasks with all that their workers said")
    func failures() throws {
        let log = (0..<20).map { line in "line \(line): " + String(repeating: "x", count: 480) }
        let failures = (0..<3).map { attempt in
            TaskFailure(kind: .error, worker: WorkerID("w\(attempt)"), host: "node", reason: "it failed", log: log)
        }
        let tasks = Dictionary(uniqueKeysWithValues: (0..<1_000).map { (TaskID(shard: $0, group: 0).description, failures) })
        let (body, payload) = try LongBody.frames(of: tasks)
        #expect(body.bytes > MessageLimits().bodyBytes)
        let message = try OutgoingMessage(.status, body, payload: payload)
        try message.check(MessageLimits())
        let frames = try payload.map { try ReceivedFrame(copying: $0.bytes) }
        let found: [String: [TaskFailure]] = try body.value(of: .status, in: frames)
        #expect(found == tasks)
    }

    @Test("is refused where it is nested deeper than a short one may be, before a recursive reader sees it")
    func depth() throws {
        func found(depth: Int) throws -> FlushRequest.News {
            // What nobody asks for is passed over, at whatever depth a body may have.
            let inner = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
            let json = Array(#"{"verdicts":[],"wrong":[],"more":\#(inner)}"#.utf8)
            let frames = try LongBody.frames(compressing: json).map { try ReceivedFrame(copying: $0.bytes) }
            return try LongBody(bytes: json.count).value(of: .flush, in: frames)
        }
        let limit = MessageLimits().bodyDepth
        #expect(try found(depth: limit).verdicts.isEmpty)
        for depth in [limit + 1, 1_000_000] {
            #expect(throws: MessageRefusal.bodyDepth(limit: limit)) { try found(depth: depth) }
        }
    }

    @Test("is refused where the frames do not hold what it says")
    func wrong() throws {
        let (body, payload) = try LongBody.frames(of: ["a", "b"])
        let frames = try payload.map { try ReceivedFrame(copying: $0.bytes) }
        for bytes in [-1, 0, body.bytes - 1, body.bytes + 1, 1 << 40] {
            #expect(throws: MessageRefusal.self) {
                let _: [String] = try LongBody(bytes: bytes).value(of: .status, in: frames)
            }
        }
        // Who reads it may expect less.
        #expect(throws: MessageRefusal.self) {
            let _: [String] = try body.value(of: .status, in: frames, limit: body.bytes - 1)
        }
        let found: [String] = try body.value(of: .status, in: frames, limit: body.bytes)
        #expect(found == ["a", "b"])
        #expect(throws: MessageRefusal.self) { let _: [Int] = try body.value(of: .status, in: frames) }
        #expect(throws: MessageRefusal.self) { let _: [String] = try body.value(of: .status, in: []) }
    }
}
