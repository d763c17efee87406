import Testing

@testable import Reporting

@Suite("The report's part on attention neurons")
struct AttentionReportTests {
    private func content() -> ReportContent {
        var content = SyntheticReport().content()
        content.attention = ReportedAttention(
            pairs: [
                .init(
                    layer: 1, neuron: 5, headLayer: 3, head: 2, effect: "deactivation", isUniversal: true, score: 2.5, cosine: 0.61,
                    null: -0.75...0.5),
                .init(layer: 0, neuron: 6, headLayer: 2, head: 1, effect: nil, isUniversal: false, score: -1.25, cosine: -0.3),
            ], threshold: 0.4567)
        return content
    }

    private func section(_ html: String) throws -> String {
        try #require(html.components(separatedBy: "<section id=\"attention\"").last?.components(separatedBy: "</section>").first)
    }

    @Test("is not there where nothing is known, and then the page is as it was")
    func absent() throws {
        var content = SyntheticReport().content()
        let before = try ReportPage(content).html()
        #expect(!before.contains("id=\"attention\"") && !before.contains("href=\"#attention\""))
        content.attention = ReportedAttention(pairs: [])
        #expect(try ReportPage(content).html() == before)
    }

    @Test("shows the strongest neurons and heads with the band of random directions, and what is beyond chance")
    func pairs() throws {
        let html = try ReportPage(content()).html()
        let section = try section(html)
        #expect(html.contains("href=\"#attention\"") && section.contains("Of the 2 pairs shown, 1 is beyond what random directions"))
        #expect(section.contains("an absolute cosine above 0.457"))
        #expect(section.contains("was not measured; <code>universal-neurons attention RUN</code> measures it, and the next <code>"))
        #expect(section.contains("<td>3.2</td><td class=\"text\">deactivation</td><td>2.50</td><td>−0.750 to 0.500</td><td>0.610</td>"))
        #expect(section.contains("<td>2.1</td><td class=\"text\">–</td><td>−1.25</td><td>–</td><td>−0.300</td>"))
        let image = try #require(section.components(separatedBy: "<svg").last?.components(separatedBy: "</svg>").first)
        let elements = try ParsedMarkup("<svg\(image)</svg>").elements
        // One pair has a band, and the legend; a full and a hollow mark, and both in the legend.
        let bands = elements.filter { $0.attributes["class"] == "null" }
        #expect(bands.count == 2 && elements.count { $0.attributes["class"] == "dot-full" } == 2)
        #expect(elements.count { $0.attributes["class"] == "dot-hollow" } == 2)
        // The axis is from −1.5 to 2.5 in 830 units: 1.25 of it are 259.375.
        #expect(bands[0].attributes["width"] == "259.38")
        #expect(!section.contains("Measured by ablating paths") && !html.contains("{{") && !html.contains("}}"))
        for word in ["http:", "https:", "src=", "url("] { #expect(!html.contains(word), "\(word)") }
    }

    @Test("shows what ablations of paths have measured")
    func ablations() throws {
        var content = content()
        content.attention?.ablations = [
            .init(
                layer: 1, neuron: 5, headLayer: 3, head: 2, tokens: 100_096, samples: 75_072, activation: 0.25, attention: 0.875,
                attentionChange: .init(mean: -0.0625, pearson: -0.911, spearman: nil),
                normShare: .init(mean: 0.125, pearson: 0.5, spearman: 0.25))
        ]
        let section = try section(ReportPage(content).html())
        #expect(section.contains("Measured by ablating paths") && section.contains("attention to the first token falls without it"))
        #expect(
            section.contains(
                "<th scope=\"row\">1.5</th><td>3.2</td><td>100,096</td><td>0.250</td><td>0.875</td><td>−0.0625</td><td>−0.91 / –</td>"
                    + "<td>12.50\u{202F}%</td><td>0.50 / 0.25</td>"))
    }
}
