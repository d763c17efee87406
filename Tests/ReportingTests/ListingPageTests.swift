import Foundation
import SmallRuns
import Storage
import Testing

@testable import Pipeline
@testable import Reporting

@Suite("A page that lists neurons")
struct ListingPageTests {
    private func entry(
        _ layer: Int, _ neuron: Int, model: String = "a", excess: Double? = 0.5, score: Double = 0.4, isUniversal: Bool? = true,
        feature: String = "is a digit", role: String? = nil
    ) -> NeuronEntry {
        NeuronEntry(
            model: model, layer: layer, neuron: neuron, name: "\(layer).\(neuron)", isUniversal: isUniversal, excess: excess,
            excessError: 0.01, correlation: 0.75, baseline: 0.25,
            explanation: NeuronInspection.Explanation(feature: feature, family: "syntax", correlation: -0.6, score: score), role: role)
    }

    private func page(_ entries: [NeuronEntry], title: String = "Family syntax", hasModels: Bool = true) -> ListingPage {
        ListingPage(
            run: "demo", names: ColumnNames(), title: title, sentence: "Words.", links: [PageLink(href: "../index.html", text: "All")],
            heading: "Members", note: "All.", entries: entries, order: .explanation, hasFamilies: false, hasModels: hasModels
        ) { $0.model == "a" ? "../neurons/\($0.name).html" : nil }
    }

    private func html(_ page: ListingPage) throws -> String {
        let folder = try TemporaryFolder()
        try DurableFile.replace(folder.file("page.html")) { try page.write(to: &$0, with: ReportTemplates()) }
        return try String(contentsOfFile: folder.file("page.html").string, encoding: .utf8)
    }

    private func rows(_ html: String) -> [String] {
        html.components(separatedBy: "<tbody class=\"neuron").dropFirst().compactMap { $0.components(separatedBy: "</tbody>").first }
    }

    @Test("has every one, however many, in the order given, with its facts and a link where it has a card")
    func complete() throws {
        let entries =
            (0..<1_203).map { entry($0 / 100, $0 % 100, isUniversal: $0 % 2 == 0) }
            + [entry(3, 7, model: "b", excess: nil, isUniversal: nil, role: "partition")]
        let html = try html(page(entries))
        let (tags, rows) = (try PageTags(html), rows(html))
        #expect(rows.count == 1_204 && !html.contains("{{") && !html.contains("}}"))
        #expect(rows[0].hasPrefix(" universal\" data-layer=\"0\" data-family=\"syntax\" data-role=\"\">"))
        #expect(
            rows[1_202].contains("<th scope=\"row\" data-v=\"12000002\"><a href=\"../neurons/12.2.html\">12.2</a><span class=\"badge\""))
        #expect(rows[1_203].contains("data-v=\"3000007\">3.7</th>") && rows[1_203].contains("data-label=\"excess\">–</td>"))
        #expect(rows[1_203].contains("data-label=\"model\" class=\"text\">b</td>"))
        #expect(rows[0].contains("data-label=\"explanation\" class=\"text\">not: is a digit<small>40\u{202F}%</small></td>"))
        #expect(tags.elements.count { $0.name == "a" } == 1_204)
        let heads = tags.elements.filter { $0.name == "th" && $0.attributes["scope"] == "col" }
        // The neuron, its figures, model, explanation and role; sorted by how well it is explained.
        #expect(heads.count == 7 && heads.map { $0.attributes["aria-sort"] == "descending" }.firstIndex(of: true) == 5)
        let ids = tags.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count && ["controls", "find", "layer", "role", "only", "shown", "neurons"].allSatisfy(ids.contains))
    }

    @Test("of none has no table")
    func none() throws {
        let html = try html(page([]))
        #expect(!html.contains("<table") && html.contains("<p>All.</p>"))
        _ = try PageTags(html)
    }

    @Test("is sorted by what is asked, equal ones as they came")
    func order() {
        let entries = [
            entry(0, 0, excess: 0.1, score: 0.2), entry(0, 1, excess: nil, score: 0.9), entry(1, 0, excess: 0.3, score: 0.2),
            entry(1, 1, excess: 0.1, score: 0.5),
        ]
        #expect(ListingPage.sorted(entries, by: .excess).map(\.name) == ["1.0", "0.0", "1.1", "0.1"])
        #expect(ListingPage.sorted(entries, by: .explanation).map(\.name) == ["0.1", "1.1", "0.0", "1.0"])
    }

    @Test("asks nothing of a network, runs the report's script alone, and hostile names stay text")
    func hostile() throws {
        let attack = "\"\u{301}><script>alert(1)</script><img src=x>'&\u{202E}\u{0}\u{1B}[2J</style>"
        let html = try html(page([entry(0, 1, model: attack, feature: attack, role: attack)], title: attack))
        for word in ["http:", "https:", "@import", "url(", "<link", "<iframe", "<img"] { #expect(!html.contains(word), "\(word)") }
        #expect(html.components(separatedBy: "<script").count == 2 && !html.contains("\u{202E}") && !html.contains("\u{0}"))
        let templates = try ReportTemplates()
        #expect(html.contains("script-src '\(templates.scriptHash)'") && html.contains("<script>\(templates.script)</script>"))
        _ = try PageTags(html)
    }

    @Test("names of pages are those of cards, families and layers, and of nothing else")
    func names() {
        #expect(PageNames.family(.previousToken) == "families/previous-token.html")
        #expect(PageNames.card(entry(3, 17)) == "neurons/3.17.html" && PageNames.layer(2) == "layers/2.html")
        for (name, folder, isPage) in [
            ("3.17.html", "neurons", true), ("3.pc5.html", "neurons", true), ("notes.html", "neurons", false),
            ("3.17.txt", "neurons", false),
            ("previous-token.html", "families", true), ("others.html", "families", false), ("2.html", "layers", true),
            ("two.html", "layers", false), ("2.html", "elsewhere", false),
        ] {
            #expect(PageNames.isPage(name, in: folder) == isPage, "\(folder)/\(name)")
        }
    }

    @Test("the tags of a page would tell what does not fit together")
    func tags() throws {
        _ = try PageTags("<!DOCTYPE html><p a=\">\" hidden>x<br></p><script>if (1 < 2) x = \"</p>\"</script>")
        for html in ["<p>", "</p>", "<p></b>", "<p <b>", "a > b", "<p", "<style>x"] {
            #expect(throws: PageTags.Unbalanced.self, "\(html)") { try PageTags(html) }
        }
    }
}
