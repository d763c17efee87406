import Scheduling
import Testing

@testable import Cluster

@Suite("The pace of large files")
struct LargeFilePaceTests {
    private func time(_ milliseconds: Int64) -> SchedulerTime { SchedulerTime(milliseconds: milliseconds) }

    @Test("small files go whenever they are asked for, large ones to each peer once in the time that all peers' take")
    func pace() throws {
        let (a, b) = (try #require(RoutingIdentity(named: "a")), try #require(RoutingIdentity(named: "b")))
        var pace = LargeFilePace()
        let small = (0..<3).map { pace.allows(LargeFilePace.smallest, to: a, among: 100, at: time($0)) }
        #expect(small == [true, true, true])
        let large = 2 * LargeFilePace.bytesPerSecond
        // What was not sent begins no new pause.
        let ofA = [0, 2_000, 5_999, 6_000].map { pace.allows(large, to: a, among: 3, at: time($0)) }
        #expect(ofA == [true, false, false, true])
        let ofB = [6_000, 11_999, 12_000].map { pace.allows(large, to: b, among: 3, at: time($0)) }
        #expect(ofB == [true, false, true])
        let alone = pace.allows(large, to: a, among: 0, at: time(12_001))
        #expect(alone)
    }
}
