import Glibc
import Testing

@testable import Kernels

@Suite("Time that processors have worked")
struct ProcessorTimeTests {
    @Test("every thread's work counts")
    func counts() throws {
        let before = ProcessorTime.ofProcess
        // Other tests of this process work beside this one: what can be said is that time only rises, by what these threads have used at least.
        let used = try ThreadTeam(count: 2).map(2) { item, _ in
            let start = Self.ofThread
            var numbers = SeededFloats(seed: UInt64(item))
            var sum: Float = 0
            while Self.ofThread - start < 0.02 { sum += numbers.next() }
            return sum.isFinite ? Self.ofThread - start : 0
        }
        #expect(ProcessorTime.ofProcess - before >= used.reduce(0, +))
        #expect(used.allSatisfy { $0 >= 0.02 })
    }

    /// The time of the calling thread alone.
    private static var ofThread: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
