import Pipeline

/// Everything that a run knows about one neuron, in words: the content of its page and of what a terminal shows.
///
/// ```swift
/// let card = NeuronCard(try NeuronInspection(layer: 3, neuron: 117, in: folder))
/// print(card.title, card.sections.map(\.heading))
/// ```
public struct NeuronCard: Sendable {
    /// The neuron's name, for instance "neuron 3.117 of model a", "principal direction 3.pc5 of model a".
    public let title: String
    /// The verdict in a sentence.
    public let verdict: String
    /// What the run's results do without, in a sentence; nil for complete ones.
    public let notice: String?
    /// What the run has, part by part; what it does not have is left out.
    public let sections: [CardSection]
    /// What the run does not say of it and how to know it, a sentence each, commands and keys between backquotes.
    public let absences: [String]
    /// The neuron.
    let inspection: NeuronInspection

    /// The parts in their order: text first, which says most in least time, tables last. Each has no section where the run knows nothing. What
    /// a run's tables have beyond them is shown by `tables`.
    private static let parts: [@Sendable (NeuronInspection) -> [CardSection]] = [
        examples, tokens, means, positions, explanations, written, role, vocabulary, partners, cliques, domains, figures, tables,
    ]

    /// Puts what is known of a neuron into words.
    public init(_ inspection: NeuronInspection) {
        self.inspection = inspection
        let name = inspection.name.map { "\(inspection.kind ?? "column") \($0)" } ?? "neuron \(inspection.layer).\(inspection.neuron)"
        title = name + (inspection.model.map { " of model \($0)" } ?? "")
        verdict = Self.verdict(inspection)
        notice = inspection.incomplete?.notice
        sections = Self.parts.flatMap { $0(inspection) }
        absences = Self.absences(inspection)
    }

    /// What one of the run's columns is called: neuron, or direction.
    static func noun(_ neuron: NeuronInspection) -> String { neuron.name == nil ? "neuron" : "direction" }

    private static func verdict(_ neuron: NeuronInspection) -> String {
        guard !neuron.order.isEmpty else { return "not analysed yet" }
        let word = neuron.columns["universal"]?.number.map { $0 == 1 ? "universal" : "not universal" }
        let excess = neuron.columns["excess_corr"]?.number.map {
            "excess correlation \(figure($0, error: neuron.columns["excess_corr_se"]?.number))"
        }
        let known = [word, excess].compactMap(\.self)
        guard known.isEmpty else { return known.joined(separator: ", ") }
        return neuron.reference.map { "whether it is universal is said of the \(noun(neuron))s of model \($0) alone" } ?? "no verdict"
    }

    /// A correlation with its error: "0.572 ± 0.015".
    static func figure(_ value: Double, error: Double?) -> String { FigureText.correlation(ReportedFigure(value, standardError: error)) }
}
