import Analysis
import Testing

@testable import Reporting

@Suite("The report's parts on families and roles")
struct RolesReportTests {
    private func content() throws -> ReportContent {
        var content = SyntheticReport().content()
        func neuron(_ layer: Int, _ isUniversal: Bool) -> ReportedRoles.Neuron {
            ReportedRoles.Neuron(
                layer: layer, neuron: 7, isUniversal: isUniversal, variance: 0.02, skewness: 1.5, kurtosis: 31.25, feature: "<b>digit",
                featureShare: 0.4, promoted: [ReportedToken(" <i>")], suppressed: [ReportedToken("12", isText: false)])
        }
        content.roles = ReportedRoles(
            neuronsByLayer: [512, 512, 512, 512], universalByLayer: [1, 0, 2, 4],
            roles: [
                .init(name: "prediction", all: [0, 1, 30, 5], universal: [0, 0, 1, 1], strongest: [neuron(2, true), neuron(3, false)]),
                .init(name: "suppression", all: [0, 0, 0, 0], universal: [0, 0, 0, 0]),
                .init(name: "partition", all: [0, 0, 0, 1], universal: [0, 0, 0, 0], strongest: [neuron(3, false)]),
            ])
        content.contrasts = ReportedContrasts(
            areUniversal: false,
            figures: [
                try PercentileContrast("vocab_kurt", percentiles: [90, 80, 20, 40, 30], isChosen: [true, true, false, false, false])
            ])
        content.neurons[0].role = "prediction"
        content.neurons[0].promoted = [ReportedToken(" the")]
        content.neurons[0].suppressed = [ReportedToken("x")]
        return content
    }

    @Test("show depth profiles, the strongest neurons of each role with their tokens, and percentiles with intervals")
    func roles() throws {
        let html = try ReportPage(content()).html()
        #expect(html.contains("<section id=\"roles\"") && html.contains("href=\"#roles\""))
        #expect(html.contains("by role: 36 prediction (2 universal), 0 suppression (0 universal) and 1 partition (0 universal)."))
        #expect(html.contains("The 2 prediction neurons of highest kurtosis, of 36") && html.contains("The only partition neuron"))
        #expect(!html.contains("suppression neurons of highest"))
        #expect(html.contains("<code class=\"token\"><i>·</i>&lt;i&gt;</code>") && html.contains("<code class=\"token\">12</code>"))
        #expect(html.contains("&lt;b&gt;digit<small>40\u{202F}%</small>"))
        #expect(html.contains("prediction, layer 2: 5.9\u{202F}%</title>") && html.contains("prediction, layer 3: 1</title>"))
        // Mean 85 with t(1) · 5, and mean 30 with t(2) · 10 / √3.
        #expect(html.contains("<td>2</td><td>85.0 ± 63.5</td><td>3</td><td>30.0 ± 24.8</td>"))
        #expect(!html.contains("{{") && !html.contains("}}"))
        for image in html.components(separatedBy: "<svg").dropFirst().compactMap({ $0.components(separatedBy: "</svg>").first }) {
            _ = try ParsedMarkup("<svg\(image)</svg>")
        }
        // Two profiles and the percentiles come before the budget's figure.
        #expect(html.contains("<b>Figure 9.</b> Universal neurons found in the first replicates"))
    }

    @Test("each listed neuron has its role and tokens, and can be found by its role")
    func listed() throws {
        let html = try ReportPage(content()).html()
        #expect(html.components(separatedBy: "<tr class=\"effect\">").count == 2)
        #expect(
            html.contains(
                "<b>prediction</b> <span>raises <code class=\"token\"><i>·</i>the</code></span> <span>lowers <code class=\"token\">x</code></span>"
            ))
        #expect(html.contains("data-role=\"prediction\"") && html.contains("<select id=\"role\">"))
        let without = try ReportPage(SyntheticReport().content()).html()
        #expect(!without.contains("class=\"effect\"") && !without.contains("id=\"role\"") && !without.contains("id=\"roles\""))
    }

    @Test("without roles say why; without universal ones among them there is no profile of these")
    func absence() throws {
        var content = try content()
        for index in content.roles?.roles.indices ?? 0..<0 { content.roles?.roles[index].universal = [0, 0, 0, 0] }
        let none = try ReportPage(content).html()
        #expect(none.contains("No universal neuron has a role.") && !none.contains("id=\"figure-roles-universal\""))
        content.roles = nil
        content.rolesAbsence = "Model a has no unembedding."
        let html = try ReportPage(content).html()
        #expect(html.contains("<p class=\"absent\">Model a has no unembedding.</p>") && html.contains("id=\"figure-contrasts\""))
        #expect(!html.contains("id=\"figure-roles-all\""))
    }

    @Test("a family lists its members by layer, and each with its partners")
    func families() throws {
        var content = try content()
        content.families[0].allByLayer = [100, 2, 0, 1]
        content.families[0].universalByLayer = [3, 0, 0, 0]
        content.families[0].members = [
            ReportedFamilyMember(
                layer: 0, neuron: 9, isUniversal: true, excess: 0.6, explanation: "not: <the>", score: 0.81,
                partners: ["0.1", "0.2", "1.3", "0.4"])
        ]
        let html = try ReportPage(content).html()
        #expect(html.contains("<tr><th scope=\"row\">unigram</th><td>100 (3)</td><td>2</td><td>0</td><td>1</td></tr>"))
        #expect(html.contains("<p>The neurons of model a alone are compared with features."))
        #expect(html.contains("<summary>unigram: 102 neurons, 1 of them here; neurons.csv has all</summary>"))
        let partners = ["0.1", "0.2", "1.3", "0.4"].map { "<td class=\"text\">\($0)</td>" }.joined()
        #expect(html.contains("<td class=\"text\">not: &lt;the&gt;</td><td>81\u{202F}%</td><td>0.600</td>\(partners)"))
        content.families[0].members[0].partners = ["0.1"]
        #expect(throws: ReportingError.self) { try ReportPage(content) }
        content.families[0].members = []
        content.families[0].universalByLayer = [1]
        #expect(throws: ReportingError.self) { try ReportPage(content) }
    }

    @Test(
        "where too few neurons are universal, families are said to be those of the strong ones",
        arguments: [
            (0, "No neuron is universal, so those of highest excess stand for the strong ones."),
            (1, "One neuron alone is universal, so those of highest excess stand for the strong ones."),
            (7, "Only 7 neurons are universal, too few for shares and means, so those of highest excess stand for the strong ones."),
        ])
    func fewUniversal(count: Int, words: String) throws {
        var content = SyntheticReport().content()
        content.universal.value = Double(count)
        for index in content.families.indices { content.families[index].universal = 0 }
        #expect(try ReportPage(content).html().contains("Numbers at the bars are neurons. \(words)"))
    }
}
