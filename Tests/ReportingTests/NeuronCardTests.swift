import Foundation
import SmallRuns
import Testing

@testable import Pipeline
@testable import Reporting

@Suite("A neuron's card")
struct NeuronCardTests {
    private func section(_ id: String, _ card: NeuronCard) throws -> CardSection { try #require(card.sections.first { $0.id == id }) }

    private func parts(of text: String, from start: String, to end: String) -> [String] {
        text.components(separatedBy: start).dropFirst().compactMap { $0.components(separatedBy: end).first }
    }

    @Test("says where the run is not complete, in text and on its page, and nothing where it is")
    func incomplete() throws {
        let card = NeuronCard(try SyntheticNeuron.incomplete())
        let notice = "This run is not complete: 1 of 4 shards is missing (shard 1 in all blocks); what is there counts 1536 tokens."
        #expect(card.notice == notice)
        #expect(try NeuronCardPage(card, run: "demo").html().contains("<p class=\"notice\" role=\"note\">\(notice)</p>"))
        let whole = NeuronCard(try SyntheticNeuron.whole())
        #expect(try whole.notice == nil && !NeuronCardPage(whole, run: "demo").html().contains("role=\"note\""))
    }

    @Test("has all that is known, part by part, and leaves out what is not")
    func sections() throws {
        let card = NeuronCard(try SyntheticNeuron.whole())
        #expect(card.title == "neuron 3.117 of model a" && card.verdict == "universal, excess correlation 0.572 ± 0.015")
        #expect(
            card.sections.map(\.id) == [
                "examples", "means", "positions", "explanations", "role", "output", "partners", "cliques", "domains", "figures", "table-0",
            ])
        // What has a part of its own, and what is empty, is no figure.
        let figures = try section("figures", card)
        #expect(
            figures.rows.map { $0[0] }
                == ["mean_corr", "mean_baseline", "vocab_kurt", "excess_corr", "excess_corr_se"].map(CardSection.Cell.column))
        #expect(figures.rows[2] == [.column("vocab_kurt"), .number(12.123456789012), .text("98.8")])
        #expect(
            try section("partners", card).rows
                == [[.text("b"), .text("3.5"), .text("0.800"), .text("0.790"), .text("2.7 (0.410)"), .text("0.1 (−0.300)")]])
        let explanations = try section("explanations", card)
        #expect(explanations.rows[0] == [.text("not: is a digit"), .text("62\u{202F}%"), .text("syntax")])
        #expect(explanations.rows[1] == [.text("all caps"), .text("weakly (9\u{202F}%)"), .text("")])
        #expect(try section("role", card).rows.map { $0[1] }.prefix(2) == [.text("suppression"), .text("starts with space")])
        let output = try section("output", card)
        #expect(
            output.rows[0]
                == [.text("raises"), .text("0.400 to 0.300"), .tokens([ReportedToken(" the"), ReportedToken("6", isText: false)])])
        #expect(
            output.sentences == [
                "Cosines of w_out with the unembedding over the whole vocabulary: mean 0.0100, variance 0.0200, skewness −1.00, kurtosis 12.1."
            ])
        #expect(
            try section("domains", card).rows.map { $0[2] } == [.text("yes"), .text("too few tokens to tell")])
        #expect(try section("table-0", card).rows == [[.column("appears"), .number(1000)]])
        // Of the two others the mean is nothing, or below.
        #expect(try section("means", card).rows == [[.text("1.235"), .text("31"), .tokens([ReportedToken(" the")])]])
        // The first positions one by one, the rest in spans of twice the length.
        let positions = try section("positions", card)
        #expect(positions.rows.map { $0[0] } == ["0", "1", "2 to 3", "4"].map(CardSection.Cell.text))
        #expect(positions.rows.map { $0[1] } == ["0.0", "50.0", "50.0", "100.0"].map { .text("\($0)\u{202F}%") })
        #expect(
            try section("examples", card).rows[0].last == .context(before: "of ", token: " the", after: " day", isText: true))
    }

    @Test("of a neuron of which nothing is known says so, and has no part")
    func bare() throws {
        let card = NeuronCard(try SyntheticNeuron.bare())
        #expect(card.title == "neuron 0.1" && card.verdict == "not analysed yet" && card.sections.isEmpty)
        let html = try NeuronCardPage(card, run: "demo").html()
        #expect(html.contains("<p class=\"lead\">Not analysed yet.</p>"))
        #expect(html.contains("<li>The run has not been analysed: <code>universal-neurons analyze RUN</code> writes its tables.</li>"))
        #expect(html.contains("<h1>Neuron 0.1</h1>") && !html.contains("<section") && !html.contains("<svg") && !html.contains("{{"))
    }

    @Test("a section has no column of which no row has anything")
    func columns() {
        let section = CardSection(
            id: "x", heading: "X", columns: ["a", "b", "c"],
            rows: [[.text("1"), .text(""), .tokens([])], [.text("2"), .text(""), .tokens([ReportedToken("t")])]])
        #expect(section.columns == ["a", "c"] && section.rows.map(\.count) == [2, 2])
    }

    @Test("names what the run does not say, with the command or the key that makes it, and nothing of what it says")
    func absences() throws {
        let absences = NeuronCard(try SyntheticNeuron.whole()).absences
        #expect(absences.count == 5, "\(absences)")
        for words in ["similarity RUN --firing", "attention RUN --neurons 3.117", "intervene RUN --neurons 3.117"] {
            #expect(absences.contains { $0.contains("`universal-neurons \(words)`") }, "\(words)")
        }
        #expect(absences.contains { $0.contains("`moments: {maxima: 100}`") } && absences.contains { $0.contains("explain RUN --out") })
        let html = try NeuronCardPage(NeuronCard(try SyntheticNeuron.whole()), run: "demo").html()
        #expect(html.contains("<code>moments: {maxima: 100}</code>") && html.contains("<h2>Not known of this neuron</h2>"))
    }

    @Test("a table beside neurons.csv is named once a value: its partner stands beside it, and whether the neuron is universal is left out")
    func excerpt() throws {
        let json = """
            {"layer": 3, "neuron": 7, "order": [], "columns": {}, "examples": [], "tables": [
                {"table": "antipodes.csv", "title": "Closest", "rows": [[1, 0.764153, 2, 161, 0.5, 9, null, null, null]],
                    "columns": ["universal", "in_max_cos", "in_max_cos_layer", "in_max_cos_neuron", "layer_duplicate",
                        "layer_duplicate_neuron", "antipode", "antipode_layer", "antipode_neuron"]},
                {"table": "attention.csv", "title": "Heads", "columns": ["head_layer", "head", "universal", "score"],
                    "rows": [[4, 1, 0, -0.25], [4, 2, 0, 0.125]]}]}
            """
        let card = NeuronCard(try JSONDecoder().decode(NeuronInspection.self, from: Data(json.utf8)))
        let closest = try section("table-0", card)
        #expect(closest.columns == ["column of antipodes.csv", "value", "neuron"])
        #expect(
            closest.rows == [
                [.column("in_max_cos"), .number(0.764153), .text("2.161")], [.column("layer_duplicate"), .number(0.5), .text("3.9")],
            ])
        let heads = try section("table-1", card)
        #expect(heads.columns == ["head_layer", "head", "score"] && heads.rows[0] == [.number(4), .number(1), .number(-0.25)])
        #expect(heads.sentences.count == 1 && heads.sentences[0].hasPrefix("head_layer: layer of the head; head: "))
        let html = try NeuronCardPage(card, run: "demo").html()
        #expect(html.contains("<th scope=\"row\" class=\"text\"><code>in_max_cos</code></th><td data-label=\"value\">0.764</td>"))
        #expect(html.contains("<td class=\"text long\">largest cosine of w_in with another neuron’s</td>"))
        #expect(html.contains("<td data-label=\"score\">−0.250</td>") && !html.contains("universal</th>"))
    }

    @Test("a column's head stands where its cells stand: numbers at the right, all else at the left")
    func alignment() {
        let part = CardPart(
            CardSection(
                id: "x", heading: "X", columns: ["feature", "share", "family", "n"],
                rows: [
                    [.text("is a digit"), .text("62\u{202F}%"), .text("syntax"), .number(-0.5)],
                    [.text("all caps"), .text("weakly (9\u{202F}%)"), .text(""), .number(12_000)],
                ]))
        #expect(part.columns.map(\.isText) == [true, true, true, false])
        for row in part.rows { #expect(row.cells.map(\.isText) == part.columns.map(\.isText)) }
        #expect(part.rows.map { $0.cells[3].html } == ["−0.500", "12,000"])
        // The first column heads the rows, and has no name before it on a small screen; an empty cell has none either.
        #expect(part.rows[1].cells.map(\.name) == [nil, "share", nil, "n"])
        #expect(part.rows[0].cells.map(\.isHead) == [true, false, false, false])
        #expect(!part.isSpread && part.plot == nil)
        let numbers = CardPart(CardSection(id: "y", heading: "Y", columns: ["activation"], rows: [[.text("3.632")]]))
        #expect(numbers.rows[0].cells.allSatisfy { !$0.isHead && !$0.isText && $0.name == "activation" })
    }

    @Test("as a page asks nothing of a network, runs no script, and has unique ids with a target for each reference")
    func page() throws {
        let html = try NeuronCardPage(NeuronCard(try SyntheticNeuron.whole()), run: "demo").html()
        for word in ["http:", "https:", "src=", "@import", "url(", "<script", "<link", "<iframe", "<img", "{{", "}}"] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(html.contains("default-src 'none'") && html.contains("<title>Neuron 3.117 of model a – demo</title>"))
        let ids = parts(of: html, from: " id=\"", to: "\"")
        #expect(Set(ids).count == ids.count && ids.count > 9)
        let references =
            parts(of: html, from: " href=\"#", to: "\"")
            + parts(of: html, from: "aria-labelledby=\"", to: "\"").flatMap { $0.split(separator: " ").map(String.init) }
        for reference in references { #expect(ids.contains(reference), "\(reference)") }
        for image in parts(of: html, from: "<svg", to: "</svg>") { _ = try ParsedMarkup("<svg\(image)</svg>") }
        #expect(html.contains("<mark><i>·</i>the</mark>") && html.contains("<code class=\"token\"><i>·</i>the</code>"))
        #expect(html.contains("<code class=\"token\">6</code>") && html.contains("Figure 1."))
        #expect(html.contains("id=\"figure-positions\"") && html.contains("Figure 2.") && !html.contains("aria-label=\"Pages\""))
        _ = try PageTags(html)
        #expect(try NeuronCardPage(NeuronCard(try SyntheticNeuron.whole()), run: "demo").html() == html)
    }

    @Test("among others leads to them")
    func links() throws {
        let links = [PageLink(href: "../index.html", text: "All <b>"), PageLink(href: "../families/syntax.html", text: "syntax")]
        let html = try NeuronCardPage(NeuronCard(try SyntheticNeuron.whole()), run: "demo", links: links).html()
        #expect(html.contains("<nav aria-label=\"Pages\"><a href=\"../index.html\">All &lt;b&gt;</a> <a href=\"../families/syntax.html\">"))
        _ = try PageTags(html)
    }

    @Test("a long row is drawn with as many points as a screen shows")
    func longRow() throws {
        let plot = PositionPlot(PositionProfile(rows: 2, fired: (0..<1_000).map { $0 % 2 == 0 ? 2 : 0 }))
        #expect(plot.positions == 8 && plot.points.count == 125 && plot.points.allSatisfy { $0.share == 0.5 })
        #expect(plot.points.map(\.position).prefix(3) == [0, 8, 16])
        _ = try ParsedMarkup(plot.svg(id: "x", description: "Firing"))
        let short = PositionPlot(PositionProfile(rows: 4, fired: [0, 1, 2]))
        #expect(short.positions == 1 && short.points.map(\.share) == [0, 0.25, 0.5])
    }

    @Test("hostile tokens and names stay text")
    func hostile() throws {
        let attack = "\"\u{301}><script>alert(1)</script><img src=x>'&\u{202E}\u{0}\u{1B}[2J</svg></style>"
        let html = try NeuronCardPage(NeuronCard(try SyntheticNeuron.whole(token: attack, model: attack)), run: attack).html()
        #expect(!html.contains("<script") && !html.contains("<img"))
        #expect(!html.contains("\u{202E}") && !html.contains("\u{0}") && !html.contains("\u{1B}"))
    }
}
