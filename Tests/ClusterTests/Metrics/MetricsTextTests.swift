import Testing

@testable import Cluster

@Suite("The text of metrics")
struct MetricsTextTests {
    @Test("has help, type and samples, one a line")
    func lines() {
        let families = [
            MetricFamily(
                gauge: "universal_neurons_tasks", "Tasks by state.",
                [MetricSample(["state": "done"], 12), MetricSample(["state": "failed", "why": "x"], 0)]),
            MetricFamily(counter: "process_cpu_seconds", "Seconds.", 1.5),
        ]
        #expect(
            MetricsText.text(families) == """
                # HELP universal_neurons_tasks Tasks by state.
                # TYPE universal_neurons_tasks gauge
                universal_neurons_tasks{state="done"} 12
                universal_neurons_tasks{state="failed",why="x"} 0
                # HELP process_cpu_seconds_total Seconds.
                # TYPE process_cpu_seconds_total counter
                process_cpu_seconds_total 1.5

                """)
    }

    @Test("leaves out a family without samples")
    func empty() { #expect(MetricsText.text([MetricFamily(gauge: "x", "Nothing.", [])]) == "") }

    @Test("escapes what would end a value or a line, and nothing else")
    func escaping() {
        let hostile = "a\"b\\c\nd{e}=é,\t#\r"
        let text = MetricsText.text([MetricFamily(gauge: "x", "One \"line\"\nwith \\ in it.", [MetricSample(["run": hostile], 1)])])
        let help = #"# HELP x One "line"\nwith \\ in it."#
        let sample = #"x{run="a\"b\\c\nd{e}=é,"# + "\t#\r" + #""} 1"#
        #expect(text == "\(help)\n# TYPE x gauge\n\(sample)\n")
    }

    @Test(
        "writes numbers as Go reads them",
        arguments: [
            (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (0, "0"), (-0.0, "0"), (3, "3"), (-7, "-7"), (0.1, "0.1"),
            (1e-9, "1e-09"), (9_007_199_254_740_991, "9007199254740991"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        #expect(MetricsText.number(value) == text)
        #expect(value.isNaN || Double(text) == value)
    }

    @Test("counts every case, also of what never came")
    func cases() {
        let samples = MetricSample.counts([MessageRefusal.Reason.magic: 2], by: "reason")
        #expect(samples.count == MessageRefusal.Reason.allCases.count)
        #expect(samples.map(\.value).reduce(0, +) == 2)
        #expect(MetricSample.counts(["b": 1, "a": 2], by: "reason").map(\.value) == [2, 1])
    }
}
