import Analysis
import Testing

@testable import Reporting

@Suite("Tables of many models in the report")
struct ReportedTableTests {
    private let table = ReportedTable(
        id: "cliques", title: "Cliques", heading: "Cliques & such", sentences: ["One <b>."], columns: ["models", "neurons"],
        rows: [["2", "31"], ["3", "7"]])

    @Test("each is a section with a link to it, and what it says is text")
    func section() throws {
        var content = SyntheticReport().content()
        let without = try ReportPage(content).html()
        content.tables = [table]
        let html = try ReportPage(content).html()
        #expect(html.contains("<section id=\"cliques\"") && html.contains("<a href=\"#cliques\">Cliques</a>"))
        #expect(html.contains("<h2 id=\"h-cliques\">Cliques &amp; such</h2>") && html.contains("<p>One &lt;b&gt;.</p>"))
        #expect(html.contains("<tr><td>2</td><td>31</td></tr>") && html.contains("<tr><td>3</td><td>7</td></tr>"))
        #expect(!html.contains("{{") && !html.contains("}}"))
        #expect(!without.contains("cliques"))
    }

    @Test("words stand at the left of their columns, and numbers at the right, also those with words behind them")
    func alignment() throws {
        var content = SyntheticReport().content()
        content.tables = [
            ReportedTable(
                id: "words", title: "Words", heading: "Words", sentences: [], columns: ["neuron", "condition", "change"],
                rows: [["3.1", "min(x, 0)", "–"], ["3.2", "–", "−0.5 (earlier)"]])
        ]
        let html = try ReportPage(content).html()
        #expect(html.contains("<th scope=\"col\" class=\"text\">condition</th><th scope=\"col\">change</th>"))
        #expect(html.contains("<tr><td>3.1</td><td class=\"text\">min(x, 0)</td><td>–</td></tr>"))
        #expect(html.contains("<tr><td>3.2</td><td class=\"text\">–</td><td>−0.5 (earlier)</td></tr>"))
    }

    @Test("a row with another number of cells than there are columns is refused")
    func inconsistent() {
        var content = SyntheticReport().content()
        content.tables = [table]
        content.tables[0].rows.append(["4"])
        #expect(throws: ReportingError.self) { try ReportPage(content) }
    }
}
