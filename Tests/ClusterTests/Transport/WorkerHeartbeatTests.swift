import Scheduling
import Testing

@testable import Cluster

@Suite("A worker's heartbeat")
struct WorkerHeartbeatTests {
    private static let full = WorkerHeartbeat(
        pulse: 3 << 20, leases: [LeaseID(epoch: 1, number: 0), LeaseID(epoch: 2, number: 7)], computing: LeaseID(epoch: 2, number: 7),
        tokensPerSecond: 880.5, residentBytes: 1 << 30, peakResidentBytes: 2 << 30, parcelBytes: 5, parcels: [3: 1, 0: 4],
        log: ["info: [[[[ é", ""])
    private static let empty = WorkerHeartbeat(
        leases: [], computing: nil, tokensPerSecond: 0, residentBytes: 0, peakResidentBytes: 0, parcelBytes: 0)

    private func read(_ bytes: [UInt8]) throws -> WorkerHeartbeat {
        let frames = try [MessageHeader(kind: .heartbeat).bytes, bytes].map { try ReceivedFrame(copying: $0) }
        return try IncomingMessage(frames, from: nil, MessageLimits()).body()
    }

    private func bytes(of heartbeat: WorkerHeartbeat) -> [UInt8] { OutgoingMessage(.heartbeat, heartbeat).body }

    @Test("is read as it was written", arguments: [full, empty])
    func roundTrip(_ heartbeat: WorkerHeartbeat) throws {
        #expect(try read(bytes(of: heartbeat)) == heartbeat)
    }

    @Test("takes little: hardly more than a hundred bytes for what most of them say")
    func size() {
        #expect(bytes(of: Self.empty).count == 50)
        let usual = WorkerHeartbeat(
            leases: Self.full.leases, computing: Self.full.computing, tokensPerSecond: 68.2, residentBytes: 1, peakResidentBytes: 2,
            parcelBytes: 3, parcels: [0: 1])
        #expect(bytes(of: usual).count == 50 + 3 * 16 + 16)
    }

    @Test("that is cut off anywhere, or goes on behind its end, is refused")
    func cut() throws {
        let whole = bytes(of: Self.full)
        for count in whole.indices {
            let refusal = #expect(throws: MessageRefusal.self, "\(count) bytes") { try read(Array(whole.prefix(count))) }
            #expect(refusal?.reason == .body)
        }
        #expect(throws: MessageRefusal.self) { try read(whole + [0]) }
    }

    @Test("with numbers that no process has, lists longer than the message, or a log that is no text, is refused")
    func malformed() throws {
        let good = bytes(of: Self.empty)
        let number: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]
        // Where they stand: pulse 0, leases 8, computing 12, speed 13, memory 21 and 29, parcels' bytes 37, parcels 45, log 49.
        let changes: [(place: Int, bytes: [UInt8])] = [
            (8, [0xFF, 0xFF, 0xFF, 0xFF]), (12, [2]), (13, number), (13, [0, 0, 0, 0, 0, 0, 0xF8, 0x7F]),
            (13, [0, 0, 0, 0, 0, 0, 0xF0, 0xBF]), (21, number), (29, number), (37, [UInt8](repeating: 0xFF, count: 8)),
            (45, [0xFF, 0xFF, 0xFF, 0xFF]), (49, [1]), (49, [7]),
        ]
        for change in changes {
            var bytes = good
            bytes.replaceSubrange(change.place..<change.place + change.bytes.count, with: change.bytes)
            #expect(throws: MessageRefusal.self, "\(change)") { try read(bytes) }
        }
        #expect(throws: MessageRefusal.self) { try read(good.dropLast() + [1, 1, 0, 0, 0, 2, 0, 0, 0, 0xC3, 0x28]) }
    }

    @Test("tells no more of a log than its last lines, and no more of a line than its beginning")
    func longLog() throws {
        var heartbeat = Self.empty
        heartbeat.log = (0..<100).map { "\($0) " + String(repeating: "x", count: 1_000) }
        let log = try #require(try read(bytes(of: heartbeat)).log)
        #expect(log.count == WorkerHeartbeat.logLines && log.allSatisfy { $0.count == WorkerHeartbeat.logLine })
        #expect(log.first?.hasPrefix("80 ") == true && log.last?.hasPrefix("99 ") == true)
    }
}
