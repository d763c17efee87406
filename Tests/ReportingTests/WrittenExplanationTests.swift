import Pipeline
import Testing

@testable import Reporting

@Suite("What explainers have written of neurons, in the report")
struct WrittenExplanationTests {
    private func written(_ text: String, score: Double? = 0.714, explainer: String? = "gpt") -> WrittenExplanation {
        WrittenExplanation(
            layer: 0, neuron: 0, explanation: text, score: score, windowScore: nil, windows: 5, tokens: 100, explainer: explainer)
    }

    @Test("is a line of the neuron's card, with its score and who wrote it; without any the page is as it was")
    func card() throws {
        var content = SyntheticReport().content()
        let before = try ReportPage(content).html()
        #expect(!before.contains("In words:"))
        content.neurons[0].written = written("opening <brackets>\u{202E} & \"quotes\"\n")
        content.neurons[1].written = written("nothing", score: nil, explainer: nil)
        let page = try ReportPage(content).html()
        #expect(page.components(separatedBy: "In words: ").count == 3)
        #expect(page.contains("opening &lt;brackets&gt;⟨U+202E⟩ &amp; ") && page.contains("↵ (gpt, score 0.71 over 100 tokens)</small>"))
        #expect(page.contains("In words: nothing (no score)</small>"))
        content.neurons[0].written = nil
        content.neurons[1].written = nil
        #expect(try ReportPage(content).html() == before)
    }

    @Test("is one line, whatever was written, and no longer than people read")
    func line() {
        #expect(ReportWords.written(written("a\u{1B}[31mb\nc")) == "a⟨ESC⟩[31mb↵c (gpt, score 0.71 over 100 tokens)")
        #expect(ReportWords.written(written("x", score: -0.3, explainer: nil)) == "x (score −0.30 over 100 tokens)")
        let long = ReportWords.written(written(String(repeating: "a", count: 10_000), explainer: String(repeating: "b", count: 500)))
        #expect(long.count < 500)
    }
}
