import Foundation
import Pipeline
import Testing

@testable import Reporting

@Suite("The report of a run whose columns are directions")
struct DirectionReportTests {
    private static let principal = ColumnNames(.principal(PrincipalColumns()))

    /// The synthetic run with principal directions in the place of neurons.
    private static func content() -> ReportContent {
        var content = SyntheticReport().content()
        content.columns = principal
        for index in content.neurons.indices {
            let neuron = content.neurons[index]
            content.neurons[index].name = principal.name(layer: neuron.layer, column: neuron.neuron)
            for place in neuron.partners.indices {
                let partner = neuron.partners[place]
                content.neurons[index].partners[place].name = principal.name(layer: partner.layer, column: partner.neuron)
            }
        }
        content.families[0].allByLayer = [100, 2, 0, 1]
        content.families[0].universalByLayer = [3, 0, 0, 0]
        content.families[0].members = [
            ReportedFamilyMember(
                layer: 0, neuron: 9, name: "0.pc9", isUniversal: true, excess: 0.6, explanation: "the", score: 0.81,
                partners: ["0.pc1", "0.pc2", "1.pc3", "0.pc4"])
        ]
        return content
    }

    /// What a reader sees: no style, script, mark-up or description.
    private static func text(of html: String) -> String {
        let parts = ["style", "script"].reduce(html) { text, tag in
            let pieces = text.components(separatedBy: "<\(tag)>")
            return pieces[0] + pieces.dropFirst().map { $0.components(separatedBy: "</\(tag)>").dropFirst().joined() }.joined()
        }
        return parts.components(separatedBy: "<").map { $0.components(separatedBy: ">").dropFirst().joined() }.joined(separator: " ")
    }

    @Test("speaks of directions from its title to its method, and of neurons where it means neurons")
    func words() throws {
        let html = try ReportPage(Self.content()).html()
        #expect(html.contains("<title>synthetic – universal directions</title>") && html.contains("eyebrow\">Universal directions</p>"))
        #expect(html.contains(" of the 2,048 principal directions of model a are universal"))
        #expect(html.contains("<dt>Universal directions</dt>") && html.contains("<dt>Share of all directions</dt>"))
        #expect(html.contains("Directions are named layer.index with pc before the index. Best:"))
        #expect(html.contains("The activation of a direction is the projection of its layer’s activations on it."))
        #expect(html.contains("the size of a correlation counts") && html.contains("<p>The directions of model a alone are compared"))
        #expect(html.contains("<summary>unigram: 102 directions, 1 of them here"))
        // What is left are names of files and commands, the key that makes a run of neurons, and what is of neurons alone.
        var text = Self.text(of: html)
        for words in [
            "neurons.csv", "universal-neurons", "columns: neurons", "universal-neurons neuron RUN",
            "Roles, entropy neurons and attention neurons, what a language model says of neurons, interventions and substitutions: all these "
                + "are of neurons",
        ].sorted(by: { $0.count > $1.count }) { text = text.replacing(words, with: "") }
        let left = text.components(separatedBy: "euron").dropLast().map { "\($0.suffix(60))euron…" }
        #expect(left.isEmpty, "\(left)")
    }

    @Test("names every direction with its mark, and recommends what works")
    func names() throws {
        let content = Self.content()
        let html = try ReportPage(content).html()
        let strongest = try #require(content.neurons.max { $0.excess.value < $1.excess.value })
        #expect(strongest.name == "\(strongest.layer).pc\(strongest.neuron)" && html.contains("direction \(strongest.name)</span>"))
        let partner = try #require(strongest.partners.first)
        #expect(html.contains("<small>direction \(partner.layer).pc\(partner.neuron)</small>"))
        #expect(html.contains("<code>universal-neurons neuron RUN \(strongest.name) --html direction.html</code>"))
        #expect(html.contains("A run of the same models with <code>columns: neurons</code> has them or can be asked for them."))
        for words in ["explain RUN", "analyze RUN", "intervene RUN"] { #expect(!html.contains(words), "\(words)") }
        let summary = RunSummaryText(content).description
        #expect(summary.contains(" of 2,048 principal directions universal (") && summary.contains("highest   \(strongest.name) "))
    }

    @Test("the card of a direction calls it and its partners by their names, and says what is of neurons alone")
    func card() throws {
        let inspection = try SyntheticNeuron.direction()
        let card = NeuronCard(inspection)
        #expect(card.title == "principal direction 3.pc5 of model a")
        let partners = try #require(card.sections.first { $0.id == "partners" })
        #expect(partners.rows == [[.text("b"), .text("3.pc2"), .text("0.800"), .text("2.pc7 (0.410)")]])
        #expect(partners.sentences[0].hasPrefix("Directions of the other models"))
        #expect(card.absences.contains { $0.hasPrefix("Pre-activations, weights, role and words for it: they are of neurons;") })
        for words in ["explain RUN", "analyze RUN", "`moments"] { #expect(!card.absences.contains { $0.contains(words) }, "\(words)") }
        let html = try NeuronCardPage(card, run: "demo").html()
        #expect(html.contains("Universal directions · demo") && html.contains("<h1>Principal direction 3.pc5 of model a</h1>"))
        #expect(html.contains("<h2>Not known of this direction</h2>"))
    }
}
