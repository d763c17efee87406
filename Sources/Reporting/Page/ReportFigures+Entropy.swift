/// The figures of entropy neurons.
extension ReportFigures {
    /// Candidates and controls by weights against effect on the vocabulary, and by weights against what lies in the null space.
    mutating func entropyNeurons() -> [FigureView] {
        guard let entropy = content.entropy, !entropy.neurons.isEmpty else { return [] }
        let kinds: [(name: String, belongs: (ReportedEntropy.Neuron) -> Bool)] = [
            ("entropy neuron", { $0.isEntropyNeuron }), ("candidate", { $0.kind == "candidate" && !$0.isEntropyNeuron }),
            ("paper’s cuts", { $0.kind == "preset" && !$0.isEntropyNeuron }), ("control", { $0.isControl }),
        ]
        func groups(_ height: (ReportedEntropy.Neuron) -> Double?) -> [ScatterPlot.Group] {
            kinds.map { kind in
                ScatterPlot.Group(
                    name: kind.name,
                    points: entropy.neurons.filter(kind.belongs).map { neuron in
                        ScatterPlot.Point(x: neuron.penalty ?? .nan, y: height(neuron) ?? .nan, name: neuron.name)
                    })
            }
        }
        let who = "candidates for entropy neurons and random controls of model \(content.reference)"
        let effect =
            "Squared weight norms against the variance of the effect on the vocabulary, for \(who). Entropy neurons have large weights and next "
            + "to no effect: below and to the right."
        let fraction =
            "Squared weight norms against the share of the output weights’ length in the unembedding’s null space"
            + (entropy.dimensions.map { ", its \(ReportWords.count($0, "direction")) of smallest singular values" } ?? "")
            + ", for the same neurons."
            + (entropy.randomFraction.map {
                " Dashed: what all but one in a thousand random directions stay below, \(NumberFormat.significant($0))."
            } ?? "")
        func text(_ value: Double?) -> String { value.map(NumberFormat.significant) ?? "–" }
        func rows(_ height: (ReportedEntropy.Neuron) -> Double?) -> [[String]] {
            entropy.neurons.map { [$0.name, Self.words(for: $0), text($0.penalty), text(height($0))] }
        }
        let effects = ScatterPlot(groups: groups(\.variance), isLogarithmic: true)
        let fractions = ScatterPlot(
            groups: groups(\.nullFraction), limit: entropy.randomFraction.map { ($0, "99.9 % of random directions are below") })
        return [
            FigureView(
                number: next(), id: "figure-entropy-effect",
                svg: effects.svg(
                    id: "entropy-effect", title: "Weights against effect on the vocabulary", description: effect,
                    horizontal: "squared norms ‖w_in‖² + ‖w_out‖² (l2_penalty)", vertical: "variance of the effect (vocab_var)"),
                caption: effect,
                columns: ["neuron", "what", "l2_penalty", "vocab_var"], rows: rows(\.variance)),
            FigureView(
                number: next(), id: "figure-entropy-null",
                svg: fractions.svg(
                    id: "entropy-null", title: "Weights against share in the null space", description: fraction,
                    horizontal: "squared norms ‖w_in‖² + ‖w_out‖² (l2_penalty)", vertical: "null-space fraction"), caption: fraction,
                columns: ["neuron", "what", "l2_penalty", "null_fraction"], rows: rows(\.nullFraction)),
        ]
    }

    /// What a neuron is, in a word or two.
    static func words(for neuron: ReportedEntropy.Neuron) -> String {
        switch neuron.kind {
        case _ where neuron.isEntropyNeuron: "entropy neuron"
        case "preset": "paper’s cuts only"
        case let kind: VisibleText.plain(kind, limit: 24)
        }
    }

    /// What fixing each neuron's activation does, a figure a neuron.
    mutating func responses() -> [FigureView] {
        guard let entropy = content.entropy else { return [] }
        return entropy.responses.map { response in
            let neuron = entropy.neurons.first { ($0.layer, $0.neuron) == (response.layer, response.neuron) }
            return self.response(response, of: neuron.map(Self.words(for:)) ?? "neuron")
        }
    }

    private mutating func response(_ response: ReportedResponse, of kind: String) -> FigureView {
        let name = "\(response.layer).\(response.neuron)"
        let hasFrozen = response.measures.contains { !$0.frozen.isEmpty }
        let unmodified = response.measures.map { "\(Self.measureWords($0.name)) \(NumberFormat.measured($0.unmodified))" }
        let caption =
            "Neuron \(name) (\(kind)) fixed to a value at all positions: change (Δ) from the unmodified run, mean over "
            + "\(ReportWords.count(response.tokens, "token")) of \(ReportWords.count(response.rows, "row")) ± one standard error over rows."
            + (hasFrozen ? " Dashed: the final norm keeps the scale of the unmodified run." : "")
            + " Unmodified: \(ReportWords.list(unmodified))."
        let panels = response.measures.map { measure in
            CurvePanels.Panel(
                title: "Δ \(Self.measureWords(measure.name))",
                lines: [measure.normal, measure.frozen].prefix(hasFrozen ? 2 : 1).map { $0.map { ($0.value, $0.change) } })
        }
        let id = "entropy-response-\(response.layer)-\(response.neuron)"
        let names = ["final norm as it is"] + (hasFrozen ? ["its scale frozen"] : [])
        let svg = CurvePanels(panels: panels, names: names).svg(
            id: id, title: "Predictions with neuron \(name) fixed", description: caption, horizontal: "activation fixed to")
        return FigureView(
            number: next(), id: "figure-\(id)", svg: svg, caption: caption,
            columns: ["final norm", "fixed to"] + response.measures.flatMap { [Self.measureWords($0.name), "change"] },
            rows: Self.rows(response), isWide: true)
    }

    /// A row for each value and kind of norm; a measure that was not taken there has no numbers.
    private static func rows(_ response: ReportedResponse) -> [[String]] {
        let conditions: [(String, KeyPath<ReportedResponse.Measure, [ReportedResponse.Point]>)] = [
            ("as it is", \.normal), ("frozen", \.frozen),
        ]
        return conditions.flatMap { name, points in
            let values = Set(response.measures.flatMap { $0[keyPath: points].map(\.value) }).sorted()
            return values.map { value in
                [name, NumberFormat.significant(value)]
                    + response.measures.flatMap { measure in
                        let point = measure[keyPath: points].first { $0.value == value }
                        return [point?.mean, point?.change].map { $0.map(NumberFormat.measured) ?? "–" }
                    }
            }
        }
    }

    /// A measure's name for people.
    static func measureWords(_ name: String) -> String {
        switch name {
        case "loss": "loss (nats)"
        case "entropy": "entropy (nats)"
        case "reciprocal_rank": "1 / (rank + 1)"
        case "scale": "scale of the final norm"
        default: VisibleText.plain(name, limit: 24)
        }
    }
}
