import Foundation
import Models
import Pipeline
import Testing

@testable import Analysis
@testable import Reporting

@Suite("Families over all models in a report")
struct FamiliesElsewhereTests {
    private let bank = [FeatureColumn(name: "letter a", family: .alphabet), FeatureColumn(name: "contains <", family: .syntax)]

    /// What features say of a model: for each of its neurons by layer and number the feature, from 0 on, and the correlation; 0 for none.
    private func explanations(_ neurons: [(layer: Int, neuron: Int, feature: Int, correlation: Float)]) throws -> FeatureExplanations {
        let explained = neurons.map { neuron in
            let score = FeatureScore(feature: neuron.feature, correlation: neuron.correlation)
            return NeuronExplanation(
                layer: neuron.layer, neuron: neuron.neuron, best: neuron.correlation == 0 ? nil : score, second: nil, familyScores: [:],
                family: neuron.correlation == 0 ? nil : bank[neuron.feature].family)
        }
        let best = bank.indices.map { feature in
            neurons.filter { $0.feature == feature && $0.correlation != 0 }.max { abs($0.correlation) < abs($1.correlation) }
                .map { FeatureNeuron(layer: $0.layer, neuron: $0.neuron, correlation: $0.correlation) }
        }
        return try JSONDecoder().decode(
            FeatureExplanations.self, from: JSONEncoder().encode(Explained(features: bank, neurons: explained, bestNeurons: best)))
    }

    /// What findings keep of explanations.
    private struct Explained: Encodable {
        let features: [FeatureColumn]
        let neurons: [NeuronExplanation]
        let bestNeurons: [FeatureNeuron?]
    }

    /// Of a two universal neurons, 0.1 and 1.0; their partners are 1.1 and 1.2 of b, 1.4 and 1.3 of c.
    private func content(others count: Int = 2) throws -> ReportContent {
        let result = RunMappingTests.result()
        let summary = RunSummary(
            result, provenance: .init(name: "run", kernels: "haswell", statisticsSHA256: "abc", resolutionError: nil, version: "9.9"))
        let a = try explanations([(0, 0, 0, 0), (0, 1, 0, 0.9), (0, 2, 0, 0), (1, 0, 1, 0.8), (1, 1, 0, 0), (1, 2, 0, 0)])
        let b = try explanations([(0, 0, 0, 0.5), (0, 1, 0, 0), (0, 2, 0, 0), (1, 0, 0, 0), (1, 1, 0, -0.8), (1, 2, 0, 0)])
        let c = try explanations([(0, 0, 0, 0), (0, 1, 0, 0), (1, 0, 0, 0), (1, 1, 0, 0), (1, 2, 0, 0), (1, 3, 1, 0.7), (1, 4, 0, 0.6)])
        let others = [ModelExplanations(model: "b", explanations: b), ModelExplanations(model: "c", explanations: c)]
        return try ReportContent(result, summary: summary, explanations: a, others: Array(others.prefix(count))) { _, _ in [] }
    }

    @Test("each has its neurons in every model, and says how many partners of universal ones are of it too")
    func families() throws {
        let content = try content()
        #expect(content.families.map(\.name) == ["alphabet", "syntax", "unexplained"])
        #expect(
            content.families.map(\.all) == [1, 1, 4] && content.families.map { $0.elsewhere.map(\.all) } == [[2, 1], [0, 1], [4, 5]])
        #expect(content.families.map { $0.elsewhere.map(\.partnersOfFamily) } == [[1, 1], [0, 1], [nil, nil]])
        let members = content.families[0].elsewhere.map { $0.members.map { "\($0.name) \($0.explanation)" } }
        #expect(members == [["1.1 not: letter a", "0.0 letter a"], ["1.4 letter a"]])
        #expect(content.families[2].elsewhere.allSatisfy { $0.members.isEmpty })
        let first = try #require(content.families[0].members.first)
        #expect(first.partners == ["1.1", "1.4"] && first.partnerExplanations == ["not: letter a, 64\u{202F}%", "letter a, 36\u{202F}%"])
        #expect(content.families[1].members.first?.partnerExplanations == ["", "contains <, 49\u{202F}%"])
        let tables = content.tables.filter { ["alphabet", "features"].contains($0.id) }
        #expect(tables.count == 2 && tables.allSatisfy { Array($0.columns.suffix(2)) == ["in b", "in c"] })
        #expect(tables[0].rows.map { Array($0.suffix(2)) } == [["1.1 (64\u{202F}%)", "1.4 (36\u{202F}%)"]])
        #expect(tables[1].rows.map { Array($0.suffix(2)) }.last == ["–", "1.3 (49\u{202F}%)"])
    }

    @Test("their page has the members of all models, and says that of the reference alone where others were not explained")
    func page() throws {
        let html = try ReportPage(content()).html()
        let sentence = "alone are compared with features"
        #expect(html.contains("<p>The neurons of all models are compared with features.") && !html.contains(sentence))
        #expect(html.contains("<tr><th scope=\"row\">alphabet</th><td>1</td><td>2</td><td>1</td><td>100\u{202F}%</td></tr>"))
        #expect(html.contains("<tr><th scope=\"row\">syntax</th><td>1</td><td>0</td><td>1</td><td>50\u{202F}%</td></tr>"))
        #expect(html.contains("<tr><th scope=\"row\">unexplained</th><td>4</td><td>4</td><td>5</td><td>–</td></tr>"))
        #expect(html.contains("<summary>alphabet: 1 neuron of a, 3 of others</summary>"))
        #expect(html.contains("<td class=\"text\">1.1<small>not: letter a, 64\u{202F}%</small></td>"))
        #expect(html.contains("<td class=\"text\">1.3<small>contains &lt;, 49\u{202F}%</small></td>"))
        #expect(html.contains("<tr><th scope=\"row\">b</th><td>1.1</td><td class=\"text\">not: letter a</td><td>64\u{202F}%</td></tr>"))
        let alone = try ReportPage(content(others: 0)).html()
        #expect(alone.contains(sentence) && !alone.contains("Families by model") && !alone.contains("In the other models"))
        #expect(alone.contains("<summary>alphabet: 1 neuron</summary>"))
        #expect(alone.contains("<td class=\"text\">1.1</td><td class=\"text\">1.4</td></tr>"))
        var torn = try content()
        torn.families[0].members[0].partnerExplanations = ["one"]
        #expect(throws: ReportingError.self) { try ReportPage(torn) }
    }

    @Test("explanations of a model of another shape are refused")
    func otherShape() throws {
        let result = RunMappingTests.result()
        let summary = RunSummary(
            result, provenance: .init(name: "run", kernels: "haswell", statisticsSHA256: "abc", resolutionError: nil, version: "9.9"))
        let a = try explanations((0..<6).map { ($0 / 3, $0 % 3, 0, 0.5) })
        let b = try explanations((0..<5).map { ($0 / 3, $0 % 3, 0, 0.5) })
        #expect(throws: AnalysisError.self) {
            try ReportContent(result, summary: summary, explanations: a, others: [ModelExplanations(model: "b", explanations: b)]) { _, _ in
                []
            }
        }
    }

    @Test("a neuron's card says what its partners respond to, and that only the reference's neurons are judged")
    func card() throws {
        let json = """
            {"layer": 1, "neuron": 1, "model": "b", "reference": "a", "order": ["layer", "neuron", "family", "explanation"], "examples": [],
            "columns": {"layer": 1, "neuron": 1, "family": "alphabet", "explanation": "letter a"},
            "explanations": [{"feature": "letter a", "family": "alphabet", "correlation": -0.8, "score": 0.64}],
            "partners": [{"model": "a", "best": {"layer": 0, "neuron": 1, "correlation": 0.92}, "next": [], "lowest": [],
                "explanation": {"feature": "letter a", "family": "alphabet", "correlation": 0.9, "score": 0.81}}]}
            """
        let card = NeuronCard(try JSONDecoder().decode(NeuronInspection.self, from: Data(json.utf8)))
        #expect(card.title == "neuron 1.1 of model b")
        #expect(card.verdict == "whether it is universal is said of the neurons of model a alone")
        #expect(card.sections.map(\.id) == ["explanations", "partners"])
        let partners = try #require(card.sections.last)
        #expect(partners.columns == ["model", "best match", "correlation", "it responds to"])
        #expect(partners.rows == [[.text("a"), .text("0.1"), .text("0.920"), .text("letter a, 81\u{202F}%")]])
        #expect(card.absences.count == 1 && card.absences[0].contains("A run in which the model comes first has them."))
        let page = try NeuronCardPage(card, run: "demo").html()
        #expect(page.contains("Whether it is universal is said of the neurons of model a alone.") && !page.contains("{{"))
    }
}
