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

    @Test("a row with another number of cells than there are columns is refused")
    func inconsistent() {
        var content = SyntheticReport().content()
        content.tables = [table]
        content.tables[0].rows.append(["4"])
        #expect(throws: ReportingError.self) { try ReportPage(content) }
    }
}
