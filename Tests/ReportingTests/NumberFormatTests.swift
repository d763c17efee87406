import Analysis
import Testing

@testable import Reporting

@Suite("Numbers as text")
struct NumberFormatTests {
    @Test("decimals, thousands, minus and what is no number")
    func fixed() {
        #expect(NumberFormat.fixed(0.5787, 3) == "0.579")
        #expect(NumberFormat.fixed(-1234.5, 1) == "−1,234.5")
        #expect(NumberFormat.fixed(-0.0001, 2) == "0.00")
        #expect(NumberFormat.fixed(.nan, 2) == "–")
        #expect(NumberFormat.fixed(-.infinity, 2) == "–")
        #expect(NumberFormat.integer(36_864) == "36,864")
        #expect(NumberFormat.integer(-999) == "−999")
        #expect(NumberFormat.integer(1_000) == "1,000")
    }

    @Test(
        "token counts are short",
        arguments: [
            (0.0, "0"), (950, "950"), (1_000, "1k"), (380_313, "380k"), (999_600, "1M"), (1_500_000, "1.5M"), (2_720_000, "2.72M"),
            (100_000_000, "100M"), (1.2e9, "1.2B"),
        ])
    func tokens(count: Double, expected: String) {
        #expect(NumberFormat.tokens(count) == expected)
    }

    @Test("powers of ten")
    func scientific() {
        #expect(NumberFormat.scientific(1.07e-5) == "1.1\u{202F}·\u{202F}10⁻⁵")
        #expect(NumberFormat.scientific(9.96e-4) == "1.0\u{202F}·\u{202F}10⁻³")
        #expect(NumberFormat.scientific(0) == "0")
        #expect(NumberFormat.scientific(.nan) == "–")
        #expect(NumberFormat.powerOfTenText(-12) == "10⁻¹²" && NumberFormat.powerOfTenText(0) == "10⁰")
    }

    @Test("a measured figure has the decimals that its error has, and three figures where it has none")
    func measured() {
        #expect(NumberFormat.measured(ReportedFigure(3.14159, standardError: 0.0123)) == "3.142 ± 0.012")
        #expect(NumberFormat.measured(ReportedFigure(-1234.5, standardError: 45)) == "−1,234 ± 45")
        #expect(NumberFormat.measured(ReportedFigure(0.5)) == "0.500")
        #expect(NumberFormat.measured(ReportedFigure(0.5, standardError: 0)) == "0.500")
    }

    @Test("coordinates are short and plain")
    func coordinates() {
        #expect(
            [0, 1, -1, 0.5, 12.345, -0.004, 1e12, .nan].map(NumberFormat.coordinate) == ["0", "1", "-1", "0.5", "12.34", "0", "0", "0"])
        #expect(NumberFormat.coordinate(3.05) == "3.05")
    }

    @Test("errors have two significant figures, their values as many decimals")
    func figures() {
        #expect(FigureText.count(ReportedFigure(1533, standardError: 12.4)) == "1,533 ± 12")
        #expect(FigureText.count(ReportedFigure(1, standardError: 0.87)) == "1 ± 0.87")
        #expect(FigureText.count(ReportedFigure(7, standardError: 0)) == "7 ± 0")
        #expect(FigureText.count(ReportedFigure(7)) == "7")
        let limited = ReportedFigure(7, standardError: 0, errorLimit: 0.75, degreesOfFreedom: 3)
        #expect(FigureText.count(limited) == "7 (standard error below 0.75)" && FigureText.bareCount(limited) == "7")
        #expect(FigureText.countError(limited) == "below 0.75" && FigureText.interval(limited, limit: 100) == nil)
        #expect(FigureText.share(limited.scaled(by: 1 / 2048)) == "0.342\u{202F}%")
        #expect(FigureText.shareLimit(limited.scaled(by: 1 / 2048)) == "below 0.037\u{202F}%")
        #expect(FigureText.shareLimit(ReportedFigure(7, standardError: 0)) == nil)
        #expect(FigureText.share(ReportedFigure(0.04159, standardError: 0.00033)) == "4.159 ± 0.033\u{202F}%")
        #expect(FigureText.share(ReportedFigure(0.00049)) == "0.05\u{202F}%")
        #expect(FigureText.correlation(ReportedFigure(0.5787, standardError: 0.0121)) == "0.579 ± 0.012")
    }

    @Test("three figures, and all of those before the point")
    func significant() {
        let expected = [
            4_297.4: "4,297", 986.3: "986", 31.06: "31.1", 9.996: "10.0", 1.0759: "1.08", 0.9999: "1.00", 0.03124: "0.0312",
            0.00123: "0.00123", 0.0001: "1.0\u{202F}·\u{202F}10⁻⁴", 0: "0", -12.34: "−12.3",
        ]
        for (value, text) in expected { #expect(NumberFormat.significant(value) == text) }
        #expect(NumberFormat.significant(.nan) == "–" && NumberFormat.significant(.infinity) == "–")
    }

    @Test("Student's t quantiles agree with the published table")
    func student() {
        let table = [1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 9: 2.262, 10: 2.228, 15: 2.131, 30: 2.042, 63: 1.998]
        for (freedom, quantile) in table {
            #expect(abs(StudentT(degreesOfFreedom: freedom).quantile(0.975) - quantile) < 6e-4)
        }
        #expect(abs(StudentT(degreesOfFreedom: 3).quantile(0.95) - 2.353) < 6e-4)
    }

    @Test("an interval is as wide as t says and stays within what is possible")
    func interval() {
        let figure = ReportedFigure(100, standardError: 10, degreesOfFreedom: 3)
        #expect(FigureText.interval(figure, limit: 1000) == "68–132")
        #expect(FigureText.interval(ReportedFigure(1, standardError: 2, degreesOfFreedom: 1), limit: 8) == "0–8")
        #expect(FigureText.interval(ReportedFigure(1, standardError: 2), limit: 8) == nil)
        #expect(FigureText.interval(ReportedFigure(1, standardError: 0, degreesOfFreedom: 3), limit: 8) == nil)
    }
}
