import SmallRuns
import Testing

@testable import Reporting

@Suite("Axis")
struct AxisTests {
    @Test(
        "ticks are round numbers that cover the values",
        arguments: [
            (0.0, 1.0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
            (0, 0.57, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
            (0, 412, [0, 100, 200, 300, 400, 500]),
            (-0.21, 0.58, [-0.4, -0.2, 0, 0.2, 0.4, 0.6]),
            (0, 380_313, [0, 100_000, 200_000, 300_000, 400_000]),
        ] as [(Double, Double, [Double])])
    func ticks(lower: Double, upper: Double, expected: [Double]) {
        #expect(Axis(covering: lower, upper).ticks == expected)
    }

    @Test("any range is covered, by three to twelve ticks of one step")
    func covers() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let scale = NumberFormat.powerOfTen(random.below(16) - 8)
            let lower = random.normal() * scale
            let upper = lower + abs(random.normal()) * scale
            let axis = Axis(covering: lower, upper)
            #expect(axis.lower <= lower + 1e-9 * scale && axis.upper >= upper - 1e-9 * scale)
            #expect((2...13).contains(axis.ticks.count))
            #expect(axis.ticks == axis.ticks.sorted())
        }
    }

    @Test("a single value, an inverted range and what is no number still give an axis")
    func degenerate() {
        #expect(Axis(covering: 3, 3).lower == 0)
        #expect(Axis(covering: 0, 0).ticks.count >= 2)
        #expect(Axis(covering: -2, -2).upper == 0)
        #expect(Axis(covering: 5, 1) == Axis(covering: 1, 5))
        #expect(Axis(covering: .nan, .infinity).ticks.count >= 2)
    }

    @Test("axes of counts have no ticks between whole numbers")
    func counts() {
        let axis = Axis(covering: 0, 1, minimumStep: 1)
        #expect(axis.ticks == [0, 1])
        #expect(axis.label(1) == "1")
    }

    @Test("labels have the decimals that tell neighbours apart")
    func labels() {
        let small = Axis(covering: 0, 0.05)
        #expect(small.ticks.map(small.label) == ["0.00", "0.01", "0.02", "0.03", "0.04", "0.05"])
        let shares = Axis(covering: 0, 0.8, about: 4, style: .percent)
        #expect(shares.ticks.map(shares.label) == ["0\u{202F}%", "20\u{202F}%", "40\u{202F}%", "60\u{202F}%", "80\u{202F}%"])
        let tokens = Axis(covering: 0, 1_400_000, style: .tokens)
        #expect(tokens.ticks.map(tokens.label) == ["0", "200k", "400k", "600k", "800k", "1M", "1.2M", "1.4M"])
    }

    @Test("values are placed between the ends, those outside on the nearer one")
    func fractions() {
        let axis = Axis(covering: 0, 10)
        #expect(axis.fraction(2.5) == 0.25)
        #expect(axis.fraction(-4) == 0)
        #expect(axis.fraction(40) == 1)
        #expect(axis.fraction(.nan) == 0)
    }

    @Test("an axis that ends at a limit ends just there, with round ticks below it")
    func ending() {
        let axis = Axis(endingAt: 119.3)
        #expect(axis.lower == 0 && axis.upper == 119.3 && axis.ticks == [0, 20, 40, 60, 80, 100])
        #expect(axis.fraction(119.3) == 1)
        #expect(Axis(endingAt: 2).ticks.last == 2)
    }
}
