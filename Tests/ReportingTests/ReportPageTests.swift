import Foundation
import Testing

@testable import Reporting

@Suite("The report's page")
struct ReportPageTests {
    /// The parts of `text` between `start` and `end`, both left out.
    private func parts(of text: String, from start: String, to end: String) -> [String] {
        text.components(separatedBy: start).dropFirst().compactMap { $0.components(separatedBy: end).first }
    }

    private func images(_ html: String) -> [String] { parts(of: html, from: "<svg", to: "</svg>").map { "<svg\($0)</svg>" } }

    @Test("has every section, six figures that are well-formed, and a row for every neuron")
    func structure() throws {
        let content = SyntheticReport().content()
        let html = try ReportPage(content).html()
        for id in ["baseline", "layers", "families", "table", "budget", "method", "absences", "provenance"] {
            #expect(html.contains("<section id=\"\(id)\""))
        }
        let images = images(html)
        #expect(images.count == 6)
        for image in images { _ = try ParsedMarkup(image) }
        for number in 1...6 { #expect(html.contains("Figure \(number).")) }
        #expect(parts(of: html, from: "<tbody class=\"neuron", to: ">").count == content.neurons.count)
        #expect(parts(of: html, from: "<summary title=\"top examples\">", to: "</summary>").count == content.neurons.count)
        #expect(parts(of: html, from: "<li><span class=\"peak\">", to: "</li>").count == content.neurons.count * 5)
        #expect(html.contains("7 of the 2,048 neurons of model a are universal"))
        #expect(html.contains("380,313"))
        #expect(html.contains("3 degrees of freedom"))
        #expect(html.contains("± 3.18 standard errors"))
        // A name that the templates use and the views lack would leave its braces or nothing.
        #expect(!html.contains("{{") && !html.contains("}}"))
    }

    @Test("shows universality by domain where domains are strata, and no section where they are not; names are text")
    func domains() throws {
        var content = SyntheticReport().content()
        #expect(try !ReportPage(content).html().contains("id=\"domains\""))
        content.domains = [
            ReportedDomain(
                name: "Wikipedia <en>", tokens: 12_345, universal: ReportedFigure(21, standardError: 2.5, degreesOfFreedom: 3), only: 4),
            ReportedDomain(name: "arXiv", tokens: 678, universal: ReportedFigure(18), only: 1, unjudged: 1_234),
            ReportedDomain(name: "empty", tokens: 0, universal: ReportedFigure(0), only: 0, unjudged: 2_048),
        ]
        let html = try ReportPage(content).html()
        #expect(html.contains("<section id=\"domains\"") && html.contains("href=\"#domains\""))
        #expect(html.contains("nothing is said there: 1,234 in arXiv."))
        #expect(html.contains("5 neurons of 2,048 are universal in one domain only"))
        #expect(html.contains("<tr><th scope=\"row\">Wikipedia &lt;en&gt;</th><td>12,345</td>") && html.contains("<td>4</td></tr>"))
        #expect(html.contains("<tr><th scope=\"row\">empty</th><td>0</td><td>–</td><td>–</td></tr>"))
        #expect(!html.contains("{{") && !html.contains("}}"))
    }

    @Test("ids are unique and every reference has its target")
    func identifiers() throws {
        let html = try ReportPage(SyntheticReport().content()).html()
        let ids = parts(of: html, from: " id=\"", to: "\"")
        #expect(Set(ids).count == ids.count)
        let references =
            parts(of: html, from: " href=\"#", to: "\"")
            + parts(of: html, from: "aria-labelledby=\"", to: "\"").flatMap { $0.split(separator: " ").map(String.init) }
        #expect(references.count > 10)
        for reference in references { #expect(ids.contains(reference)) }
    }

    @Test("asks nothing of a network and runs no script but its own")
    func selfContained() throws {
        let html = try ReportPage(SyntheticReport().content()).html()
        for word in ["http:", "https:", "src=", "@import", "url(", "//cdn", "<link", "<iframe", "<img", "eval(", "innerHTML"] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(html.contains("default-src 'none'"))
        #expect(parts(of: html, from: "<script", to: "</script>").count == 1)
    }

    @Test("the content security policy names the hash of the script")
    func scriptHash() throws {
        let html = try ReportPage(SyntheticReport().content()).html()
        let script = try #require(parts(of: html, from: "<script>", to: "</script>").first)
        let hash = try #require(parts(of: html, from: "script-src '", to: "'").first)
        // A second way to the same hash: the system's own tool.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data(script.utf8))
        try input.fileHandleForWriting.close()
        let hex = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).prefix(64)
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
        #expect(hash == "sha256-\(Data(bytes).base64EncodedString())")
    }

    @Test("the same content gives the same bytes, other content others")
    func deterministic() throws {
        let first = try ReportPage(SyntheticReport().content()).html()
        #expect(try ReportPage(SyntheticReport().content()).html() == first)
        #expect(try ReportPage(SyntheticReport(seed: 2).content()).html() != first)
    }

    @Test("hostile names, explanations and tokens stay text")
    func hostile() throws {
        let attack = "\"\u{301}><script>alert(1)</script><img src=x onerror=alert(1)>'&\u{202E}\u{0}\u{1B}[2J</svg></style>"
        var content = SyntheticReport(layers: 2, width: 16).content()
        content.name = attack
        content.reference = attack
        content.others = content.others.map { attack + $0 }
        content.families[0].name = attack
        content.notices = [attack]
        content.provenance.configuration = attack
        content.provenance.models[0].id = attack
        content.provenance.models[0].path = attack
        content.provenance.zeroVariance = [attack]
        content.provenance.facts = [ReportedFact(attack, attack)]
        content.provenance.rotationKind = attack
        content.provenance.resolution = attack
        for index in content.neurons.indices {
            content.neurons[index].explanation = attack
            content.neurons[index].family = attack
            content.neurons[index].examples = [
                ReportedExample(value: 1, row: 0, position: 1, domain: attack, before: attack, token: attack, after: attack)
            ]
        }
        let html = try ReportPage(content).html()
        #expect(parts(of: html, from: "<script", to: ">").count == 1)
        #expect(!html.contains("<img"))
        #expect(!html.contains("\u{202E}") && !html.contains("\u{0}") && !html.contains("\u{1B}"))
        // Every quotation mark of the attack is escaped, so none can end an attribute.
        #expect(!html.unicodeScalars.elementsEqual([]) && html.range(of: "\"\u{301}", options: .literal) == nil)
        #expect(parts(of: html, from: "</style", to: ">").count == 1)
        for image in images(html) { _ = try ParsedMarkup(image) }
        let printed = RunSummaryText(content, reportPath: attack).description
        #expect(!printed.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || $0.value == 0x202E })
    }

    @Test("tokens show their white space, ids stand apart")
    func tokens() throws {
        var content = SyntheticReport(layers: 1, width: 8).content()
        content.neurons[0].examples = [
            ReportedExample(value: 2.5, row: 17, position: 34, domain: "Code", before: "if x:\n", token: " \t", after: "return"),
            ReportedExample(value: 1, row: 1, position: 2, before: "12 7", token: "99", after: "3", isText: false),
        ]
        let html = try ReportPage(content).html()
        #expect(html.contains("<bdi>if x:<i>↵</i><mark><i>·</i><i>⇥</i></mark>return</bdi><small>Code, row 17, position 34</small>"))
        #expect(html.contains("<bdi>12 7 <mark>99</mark> 3</bdi><small>row 1, position 2</small>"))
    }

    @Test("rows are sorted by excess and the threshold line stands where universality ends")
    func sorting() throws {
        var content = SyntheticReport().content()
        content.neurons.reverse()
        let rows = ListedNeurons(content: content).view().rows
        let values = rows.compactMap { Double($0.cells[0].value) }
        #expect(values == values.sorted(by: >))
        let divider = try #require(rows.firstIndex { $0.divider != nil })
        #expect(rows[..<divider].allSatisfy { $0.isUniversal })
        #expect(!rows[divider...].contains { $0.isUniversal })
        #expect(rows.count { $0.divider != nil } == 1)
    }

    @Test("what a run has not is named with what makes it, until the run has it")
    func absences() throws {
        var content = SyntheticReport().content()
        let before = ReportAbsences(content: content).sentences
        for words in ["<code>strata: domain</code>", "<code>pairs: all</code>", "explain RUN --out", "analyze RUN", "similarity RUN"] {
            #expect(before.contains { $0.contains(words) }, "\(words)")
        }
        content.domains = [ReportedDomain(name: "Code", tokens: 12, universal: ReportedFigure(2), only: 1)]
        content.tables = [ReportedTable(id: "cliques", title: "Cliques", heading: "Cliques", sentences: [], columns: [], rows: [])]
        let after = ReportAbsences(content: content).sentences
        #expect(after.count == before.count - 2 && !after.contains { $0.contains("strata") || $0.contains("pairs: all") })
        content.reference = "<b>"
        #expect(try ReportPage(content).html().contains("files of model &lt;b&gt; are.</li>"))
    }

    @Test("a wide figure can be scrolled with the keyboard, and each has the accessible name that its caption begins with")
    func wideFigures() throws {
        let html = try ReportPage(SyntheticReport().content()).html()
        let canvases = parts(of: html, from: "<div class=\"canvas\"", to: ">")
        let named = canvases.filter { !$0.isEmpty }
        #expect(named.count == parts(of: html, from: "class=\"wide\"", to: ">").count && !named.isEmpty && named.count < canvases.count)
        for canvas in named {
            let number = try #require(parts(of: canvas, from: "aria-label=\"Figure ", to: "\"").first)
            #expect(canvas.contains("tabindex=\"0\" role=\"group\"") && html.contains("<b>Figure \(number).</b>"))
        }
    }

    @Test("the selection takes all universal neurons, and others only to have enough")
    func selection() {
        let excess: [Float] = [0.1, 0.6, .nan, 0.3, 0.6, 0.7]
        #expect(NeuronSelection(excess: excess, threshold: 0.5, enough: 2).indices == [5, 1, 4])
        #expect(NeuronSelection(excess: excess, threshold: 0.5, enough: 4).indices == [5, 1, 4, 3])
        #expect(NeuronSelection(excess: excess, threshold: 0.5, enough: 1, limit: 2).indices == [5, 1])
        #expect(NeuronSelection(excess: excess, threshold: 0.5, enough: 1, limit: 2).universalCount == 3)
        #expect(NeuronSelection(excess: [], threshold: 0.5).indices.isEmpty)
    }
}
