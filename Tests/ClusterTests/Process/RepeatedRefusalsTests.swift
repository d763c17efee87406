import Scheduling
import Testing

@testable import Cluster

@Suite("A refusal that comes again and again")
struct RepeatedRefusalsTests {
    private func at(_ seconds: Int) -> SchedulerTime { SchedulerTime(milliseconds: Int64(seconds) * 1_000) }

    /// The seconds in which it is told of, while it comes every second.
    private func told(_ refusals: inout RepeatedRefusals, _ failure: HandshakeFailure, in seconds: Range<Int>) -> [Int] {
        seconds.filter { refusals.isToBeTold(failure, at: at($0)) }
    }

    @Test("is told of at once, and then after pauses that double up to ten minutes")
    func doubles() {
        var refusals = RepeatedRefusals()
        #expect(told(&refusals, .withoutKeys, in: 0..<2_600) == [0, 5, 15, 35, 75, 155, 315, 635, 1_235, 1_835, 2_435])
    }

    @Test("is told of at once where it has another reason, or comes after an answer")
    func news() {
        var refusals = RepeatedRefusals()
        #expect(told(&refusals, .interrupted, in: 0..<60) == [0, 5, 15, 35])
        #expect(told(&refusals, .notAdmitted, in: 60..<64) == [60])
        #expect(told(&refusals, .interrupted, in: 64..<70) == [])
        refusals.end()
        #expect(told(&refusals, .interrupted, in: 70..<76) == [70, 75])
    }
}
