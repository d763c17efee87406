import Testing

@testable import Benchmarks

@Suite("The largest of many deviations")
struct LargestDeviationTests {
    @Test("counts whatever its sign")
    func signs() {
        var largest = LargestDeviation()
        for deviation in [0.5, -2.0, 1.5] { largest.add(deviation) }
        #expect(largest.value == 2)
        #expect(LargestDeviation.between([1, 2, 3], [1, 4, 2]) == 2)
    }

    @Test("is infinite where there is one that is no number, whatever comes behind it, and where there is nothing to compare")
    func notNumbers() {
        var largest = LargestDeviation()
        for deviation in [0.5, .nan, 0.25] { largest.add(deviation) }
        #expect(largest.value == .infinity)
        #expect(LargestDeviation.between([1, .nan], [1, 2]) == .infinity)
        #expect(LargestDeviation.between([], []) == .infinity && LargestDeviation.between([1], [1, 2]) == .infinity)
    }
}
