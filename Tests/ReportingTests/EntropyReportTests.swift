import Testing

@testable import Reporting

@Suite("The report's part on entropy neurons")
struct EntropyReportTests {
    private func neuron(_ number: Int, _ kind: String, _ penalty: Double, _ variance: Double?, isEntropy: Bool = false)
        -> ReportedEntropy.Neuron
    {
        ReportedEntropy.Neuron(
            layer: 3, neuron: number, kind: kind, isEntropyNeuron: isEntropy, isUniversal: number == 7, nullFraction: 0.05 * Double(number),
            penalty: penalty, variance: variance, kurtosis: nil)
    }

    private func response() -> ReportedResponse {
        func points(_ slope: Double) -> [ReportedResponse.Point] {
            [-0.17, 0, 6].map { value in
                ReportedResponse.Point(
                    value: value, mean: ReportedFigure(3.5 + slope * value, standardError: 0.0127),
                    change: ReportedFigure(slope * value, standardError: 0.0025))
            }
        }
        return ReportedResponse(
            layer: 3, neuron: 7, rows: 12, tokens: 3_048,
            measures: [("loss", 0.01), ("entropy", 0.1), ("reciprocal_rank", -0.02), ("scale", 0.2)].map { name, slope in
                ReportedResponse.Measure(
                    name: name, unmodified: ReportedFigure(3.5, standardError: 0.0127), normal: points(slope), frozen: points(0.001))
            })
    }

    private func content(_ responses: [ReportedResponse]) -> ReportContent {
        var content = SyntheticReport().content()
        content.entropy = ReportedEntropy(
            neurons: [
                neuron(7, "candidate", 4, 1e-6, isEntropy: true), neuron(2, "candidate", 3.5, 2e-5), neuron(3, "preset", 3, 0),
                neuron(4, "control", 1, 3e-4), neuron(5, "<b>\u{202E}", 1.5, nil),
            ], randomFraction: 0.21, dimensions: 40, responses: responses)
        return content
    }

    private func images(_ html: String) -> [String] {
        html.components(separatedBy: "<svg").dropFirst().compactMap { $0.components(separatedBy: "</svg>").first }.map { "<svg\($0)</svg>" }
    }

    @Test("is not there where nothing is known, and then the page is as it was")
    func absent() throws {
        var content = SyntheticReport().content()
        let before = try ReportPage(content).html()
        #expect(!before.contains("id=\"entropy\"") && !before.contains("href=\"#entropy\""))
        content.entropy = ReportedEntropy(neurons: [])
        #expect(try ReportPage(content).html() == before)
    }

    @Test("shows candidates and controls by weights against effect and null space, says how many there are, and lists them")
    func neurons() throws {
        let html = try ReportPage(content([])).html()
        #expect(html.contains("<section id=\"entropy\"") && html.contains("href=\"#entropy\""))
        #expect(html.contains("Of 4 candidates of model a, 1 is called an entropy neuron (1 universal)"))
        #expect(html.contains("1 random neuron of the last two layers is there for comparison."))
        #expect(html.contains("4 candidates and 1 control, as in entropy.csv"))
        #expect(html.contains("was not measured; <code>universal-neurons intervene RUN --neurons "))
        #expect(html.contains("its 40 directions of smallest singular values") && html.contains("99.9 % of random directions are below"))
        #expect(html.contains("3.7, entropy neuron: 4.00, 0.350</title>") && html.contains("3.4, control: 1.00, 0.200</title>"))
        // Decades of the logarithmic axis; an effect of 0 has no place on it, but a row in the numbers.
        #expect(html.contains(">10⁻⁶</text>") && html.contains(">10⁻³</text>") && !html.contains("3.3, paper’s cuts: 3.00, 0<"))
        #expect(html.contains("<td>3.3</td><td>paper’s cuts only</td><td>3.00</td><td>0</td>"))
        #expect(html.contains("&lt;b&gt;⟨U+202E⟩") && !html.contains("<b>\u{202E}") && !html.contains("figure-entropy-response"))
        #expect(!html.contains("{{") && !html.contains("}}"))
        for image in images(html) { _ = try ParsedMarkup(image) }
    }

    @Test("shows curves of loss, entropy, reciprocal rank and scale with error bars, with the norm as it is and frozen")
    func responses() throws {
        let html = try ReportPage(content([response()])).html()
        let image = try #require(images(html).first { $0.contains("entropy-response-3-7-title") })
        let elements = try ParsedMarkup(image).elements
        // Four measures, two lines, three values; a bar and two caps for each, two more marks in the legend.
        #expect(elements.count { $0.attributes["class"] == "error" } == 4 * 2 * 3 * 3)
        #expect(elements.count { $0.attributes["class"] == "role-1" } == 4 * 3 + 1)
        #expect(elements.count { $0.attributes["class"] == "role-2" } == 4 * 3 + 1)
        #expect(image.contains(">Δ entropy (nats), its scale frozen, at 6.00: 0.0060 ± 0.0025</title>"))
        #expect(html.contains("Neuron 3.7 (entropy neuron) fixed to a value at all positions") && html.contains("3,048 tokens of 12 rows"))
        #expect(html.contains("Unmodified: loss (nats) 3.500 ± 0.013, entropy (nats) 3.500"))
        #expect(html.contains("<td>frozen</td><td>6.00</td><td>3.506 ± 0.013</td><td>0.0060 ± 0.0025</td>"))
        #expect(html.contains("Dashed: the final norm keeps the scale") && html.contains("once that scale is frozen."))
        for word in ["http:", "https:", "src=", "url("] { #expect(!html.contains(word), "\(word)") }
    }

    @Test("curves without a frozen norm are one line a panel, and errors that are not known are no bars")
    func withoutFrozen() throws {
        var response = response()
        for measure in response.measures.indices {
            response.measures[measure].frozen = []
            for point in response.measures[measure].normal.indices {
                response.measures[measure].normal[point].change.standardError = nil
            }
        }
        let html = try ReportPage(content([response])).html()
        let image = try #require(images(html).first { $0.contains("entropy-response-3-7-title") })
        let elements = try ParsedMarkup(image).elements
        #expect(!elements.contains { $0.attributes["class"] == "error" || $0.attributes["class"] == "role-2" })
        #expect(!html.contains("Dashed: the final norm") && !html.contains("<td>frozen</td>"))
    }
}
