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
        for moment in 0..<3 { #expect(pace.allows(LargeFilePace.smallest, to: a, among: 100, at: time(Int64(moment)))) }
        let large = 2 * LargeFilePace.bytesPerSecond
        #expect(pace.allows(large, to: a, among: 3, at: time(0)))
        #expect(pace.allows(large, to: b, among: 3, at: time(2_000)))
        #expect(!pace.allows(large, to: a, among: 3, at: time(2_000)))
        // What was not sent begins no new pause.
        #expect(!pace.allows(large, to: a, among: 3, at: time(5_999)))
        #expect(pace.allows(large, to: a, among: 3, at: time(6_000)))
        #expect(!pace.allows(large, to: b, among: 3, at: time(7_999)))
        #expect(pace.allows(large, to: b, among: 0, at: time(8_000)))
    }
}
