import Testing

@testable import Reporting

@Suite("A benchmark's page")
struct MeasurementPageTests {
    private let fast = ReportedMeasurement(
        "fast", value: 90, unit: "GFLOP/s", reference: .init("bare", 100), ratio: 0.9, aim: .init("≥ 0.8", mark: 80, isMet: true),
        residual: 1e-7, tolerance: 1e-6, note: "a note")
    private let skipped = ReportedMeasurement("skipped", unit: "GFLOP/s", note: "skipped: no peer")

    private func content(_ measurements: [ReportedMeasurement], limit: Double? = nil) -> MeasurementContent {
        MeasurementContent(
            title: "Benchmark", machine: "a machine", aims: [.init("fast", text: "≥ 0.8", found: 0.9, isMet: true, note: "fast")],
            groups: [.init("Products", measurements)],
            plots: [.init("Products", unit: "GFLOP/s", measurements, limit: limit.map { .init("the limit", $0) })],
            facts: [ReportedFact("processor", "one")])
    }

    private func lines(_ elements: [ParsedMarkup.Element], _ style: String) -> [Double] {
        elements.filter { $0.name == "line" && $0.attributes["class"] == style }.compactMap { $0.attributes["y1"].flatMap(Double.init) }
    }

    private func tops(_ elements: [ParsedMarkup.Element]) -> [Double] {
        // The first is the legend's.
        elements.filter { $0.attributes["class"] == "fill-main" }.dropFirst().compactMap { $0.attributes["y"].flatMap(Double.init) }
    }

    private func plot(_ measurements: [ReportedMeasurement], limit: Double? = nil) throws -> [ParsedMarkup.Element] {
        let plot = MeasurementContent.Plot("t", unit: "u", measurements, limit: limit.map { .init("the limit", $0) })
        return try ParsedMarkup(MeasuredBars(plot: plot).svg(id: "p", description: "d")).elements
    }

    @Test("is well-formed as a whole, asks nothing of a network and runs no script")
    func structure() throws {
        let html = try MeasurementPage(content([fast, skipped])).html()
        let elements = try ParsedMarkup(html).elements
        let ids = elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        let references =
            elements.compactMap { $0.attributes["href"]?.dropFirst() }
            + elements.flatMap { ($0.attributes["aria-labelledby"] ?? "").split(separator: " ") }
        #expect(references.count > 8)
        for reference in references { #expect(ids.contains(String(reference)), "\(reference)") }
        for word in ["http:", "https:", "src=", "@import", "url(", "<link", "<script", "<img", "{{", "}}"] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(html.contains("default-src 'none'"))
        #expect(elements.contains { $0.name == "svg" && $0.attributes["role"] == "img" } && elements.contains { $0.name == "desc" })
        #expect(try MeasurementPage(content([fast, skipped])).html() == html)
    }

    @Test("says in words what is met, missed, right, wrong and not measured")
    func words() throws {
        let html = try MeasurementPage(content([fast, skipped])).html()
        #expect(html.contains("≥ 0.8 <span class=\"met\">met</span>"))
        #expect(html.contains("<span class=\"met\">right</span>") && html.contains("not measured"))
        #expect(html.contains("1 line measured on a machine."))
        var wrong = fast
        wrong.residual = .nan
        wrong.aim?.isMet = false
        let other = try MeasurementPage(content([wrong])).html()
        #expect(other.contains("no number <span class=\"missed\">wrong</span>"))
        #expect(other.contains("<span class=\"missed\">missed</span>"))
        #expect(other.contains("1 of 1 results are wrong"))
    }

    @Test("a limit is the top of the plot, over its whole width, and the bars' heights are shares of it")
    func limit() throws {
        let elements = try plot([fast], limit: 100)
        let grid = lines(elements, "grid") + lines(elements, "axis")
        let line = try #require(lines(elements, "limit").first)
        #expect(lines(elements, "limit").count == 1 && grid.allSatisfy { $0 >= line })
        let (top, bottom) = (try #require(tops(elements).first), try #require(grid.max()))
        #expect(abs((bottom - top) / (bottom - line) - 0.9) < 1e-3)
        #expect(abs((bottom - lines(elements, "threshold")[1]) / (bottom - line) - 0.8) < 1e-3)
    }

    @Test("a peer above everything is the top of the plot; one below a bar is a line across it")
    func peer() throws {
        func bars(_ value: Double) throws -> (peer: Double, bar: Double, highest: Double) {
            var measurement = fast
            measurement.value = value
            measurement.aim = nil
            let elements = try plot([measurement])
            // The first is the legend's.
            let peers = lines(elements, "limit").dropFirst()
            return (try #require(peers.first), try #require(tops(elements).first), try #require(lines(elements, "grid").min()))
        }
        let slower = try bars(50)
        #expect(slower.peer <= slower.highest && slower.peer < slower.bar)
        let faster = try bars(300)
        #expect(faster.peer > faster.bar)
    }

    @Test("a value above the limit, which only the clock can make, stays within the plot")
    func aboveLimit() throws {
        var measurement = fast
        measurement.value = 108
        let elements = try plot([measurement], limit: 100)
        #expect(try #require(tops(elements).first) < lines(elements, "limit")[0])
        #expect(MeasuredBars(plot: .init("t", unit: "u", [measurement], limit: .init("l", 100))).axis.upper >= 108)
    }

    @Test("values that are missing or no numbers leave a place without a bar")
    func missing() throws {
        for value in [nil, Double.nan, .infinity, -1, 1e300] {
            var measurement = fast
            measurement.value = value
            measurement.reference?.value = value ?? .nan
            measurement.aim?.mark = value
            let elements = try plot([measurement, fast], limit: value)
            #expect(tops(elements).count == 1, "\(String(describing: value))")
        }
        #expect(try plot([]).first?.name == "svg")
        #expect(tops(try plot([skipped])).isEmpty)
    }

    @Test("hostile names, units and notes stay text")
    func hostile() throws {
        let attack = "\"\u{301}></svg></style><script>alert(1)</script>'&\u{202E}\u{0}\u{1B}[2J {{title}}"
        var line = fast
        line.name = attack
        line.unit = attack
        line.note = attack
        line.reference?.name = attack
        line.aim?.text = attack
        var content = content([line], limit: 100)
        content.title = attack
        content.machine = attack
        content.notices = [attack]
        content.aims = [.init(attack, text: attack, note: attack)]
        content.groups[0].title = attack
        content.plots[0].title = attack
        content.plots[0].unit = attack
        content.plots[0].limit?.name = attack
        content.facts = [ReportedFact(attack, attack)]
        let html = try MeasurementPage(content).html()
        let elements = try ParsedMarkup(html).elements
        #expect(!elements.contains { $0.name == "script" } && elements.count { $0.name == "style" } == 1)
        #expect(!html.contains("\u{202E}") && !html.contains("\u{0}") && !html.contains("\u{1B}"))
    }

    @Test("names below bars are on lines that fit, and what does not is cut off")
    func wrapping() {
        #expect(
            MeasuredBars.wrapped("encoding them, random GPT-2, one core", width: 14, limit: 3) == [
                "encoding them,", "random GPT-2,", "one core",
            ])
        #expect(MeasuredBars.wrapped("one two three four", width: 5, limit: 2) == ["one", "two…"])
        #expect(MeasuredBars.wrapped("", width: 5, limit: 2) == [""])
        #expect(MeasuredBars.wrapped("abcdefghij", width: 4, limit: 2) == ["abcd…"])
    }
}
