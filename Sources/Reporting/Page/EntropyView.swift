/// The section of entropy neurons, as text.
struct EntropyView {
    /// A candidate or control.
    struct Row {
        let name: String
        let isUniversal: Bool
        let kind: String
        let nullFraction, penalty, variance, kurtosis: String
    }

    /// HTML.
    let sentences: [String]
    let distributions: [FigureView]
    let summary: String
    let rows: [Row]
    let responses: [FigureView]

    /// The section; nil for a run of which no candidates and controls are known.
    init?(_ content: ReportContent, figures: inout ReportFigures) {
        guard let entropy = content.entropy, !entropy.neurons.isEmpty else { return nil }
        distributions = figures.entropyNeurons()
        responses = figures.responses()
        let candidates = entropy.neurons.count { !$0.isControl }
        let controls = entropy.neurons.count - candidates
        summary = "\(ReportWords.count(candidates, "candidate")) and \(ReportWords.count(controls, "control")), as in entropy.csv"
        func figure(_ value: Double?) -> String { value.map(NumberFormat.significant) ?? "–" }
        rows = entropy.neurons.map { neuron in
            Row(
                name: neuron.name, isUniversal: neuron.isUniversal, kind: ReportFigures.words(for: neuron),
                nullFraction: figure(neuron.nullFraction), penalty: figure(neuron.penalty), variance: figure(neuron.variance),
                kurtosis: figure(neuron.kurtosis))
        }
        sentences = Self.sentences(entropy, reference: content.reference, candidates: candidates, controls: controls).map(Markup.sentence)
    }

    private static func sentences(_ entropy: ReportedEntropy, reference: String, candidates: Int, controls: Int) -> [String] {
        let found = entropy.neurons.count(where: \.isEntropyNeuron)
        let universal = entropy.neurons.count { $0.isEntropyNeuron && $0.isUniversal }
        let asked = entropy.neurons.prefix(3).map(\.name).joined(separator: ",")
        let verdict =
            candidates == 0
            ? "Model \(reference) has no candidates: no neuron of its last two layers has both large weights and a small effect."
            : "Of \(ReportWords.count(candidates, "candidate")) of model \(reference), \(NumberFormat.integer(found)) "
                + "\(found == 1 ? "is called an entropy neuron" : "are called entropy neurons") (\(NumberFormat.integer(universal)) universal): "
                + "more of their output lies in the null space than of all but one in a thousand random directions. "
                + "\(ReportWords.count(controls, "random neuron")) of the last two layers \(controls == 1 ? "is" : "are") there for comparison."
        return [
            """
            An entropy neuron has large weights and hardly moves any logit against another: its output lies where the unembedding sees next to \
            nothing. What it moves is the scale of the final norm, by which all logits are divided, and with it how sure the prediction is.
            """, verdict,
            entropy.responses.isEmpty
                ? "What fixing their activations does was not measured; `universal-neurons intervene RUN --neurons \(asked) --frozen-norm` "
                    + "measures it, and the next `universal-neurons analyze RUN` shows it here."
                : "If a neuron acts by the scale of the final norm, its effect on entropy is next to nothing once that scale is frozen.",
        ]
    }
}
