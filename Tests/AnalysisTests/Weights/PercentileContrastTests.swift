import Testing

@testable import Analysis

@Suite("Percentiles of some neurons against the others'")
struct PercentileContrastTests {
    @Test("a mean has the interval that Student's t gives it; one number has none, and what is not finite does not count")
    func interval() throws {
        let interval = try #require(MeanInterval([10, .nan, 20, 30, 60, .infinity]))
        #expect(interval.count == 4 && interval.mean == 30)
        // scipy: t.interval(0.95, 3, 30, sem([10, 20, 30, 60])) is 30 ± 34.374348818589…
        #expect(try abs(#require(interval.reach) - 34.374_348_818_589) < 1e-9)
        let one = try #require(MeanInterval([7]))
        #expect(one.mean == 7 && one.reach == nil)
        #expect(MeanInterval([.nan]) == nil && MeanInterval([Double]()) == nil)
    }

    @Test("of many numbers the interval is that of a normal distribution")
    func many() throws {
        let interval = try #require(MeanInterval((0..<40_000).map { Double($0 % 2) }))
        let normal = 1.959_964 * (0.25 / 39_999).squareRoot()
        #expect(try abs(#require(interval.reach) / normal - 1) < 2e-3)
    }

    @Test("each neuron is on one side; without a percentile it is on none")
    func sides() throws {
        let contrast = try PercentileContrast(
            "vocab_kurt", percentiles: [50, 0, .nan, 90, 40], isChosen: [true, false, true, true, false])
        #expect(contrast.chosen?.count == 2 && contrast.chosen?.mean == 70 && contrast.others?.mean == 20)
        #expect(try abs(#require(contrast.chosen?.reach) - 254.124_094_728_642) < 1e-8)
        #expect(try PercentileContrast("x", percentiles: [1], isChosen: [false]).chosen == nil)
        #expect(throws: AnalysisError.self) { try PercentileContrast("x", percentiles: [1, 2], isChosen: [true]) }
    }
}
