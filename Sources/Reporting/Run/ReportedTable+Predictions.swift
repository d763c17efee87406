import Analysis
import Models
import Pipeline

/// What was measured of predictions with neurons changed, and with other models' in their place.
extension ReportedTable {
    /// A row with what it is sorted by.
    private struct Row {
        let size: Double
        let state: AnswerState?
        let cells: [String]
    }

    /// What changes of neurons do to the loss, the largest change first; nil where nothing was measured. Of several answers about one
    /// condition one is shown (`InterventionAnswers.shown`), and marked where it is not of the run as it is.
    ///
    /// - Parameter limit: of how many rows.
    static func interventions(_ answers: [KeptAnswer<InterventionSummary>], limit: Int) -> ReportedTable? {
        func finite(_ effect: InterventionSummary.Effect) -> Estimate? { effect[.loss]?.change.flatMap { $0.value.isFinite ? $0 : nil } }
        let rows = InterventionAnswers.shown(of: answers, where: { finite($0) != nil }).compactMap { answer, effect -> Row? in
            guard let change = finite(effect) else { return nil }
            return Row(
                size: abs(change.value), state: answer.state,
                cells: [
                    VisibleText.plain(answer.summary.model, limit: 40), "\(effect.condition.layer).\(effect.condition.neuron)",
                    words(effect.condition) + mark(answer), NumberFormat.integer(answer.summary.tokens), text(change),
                ])
        }
        return table(
            rows, limit: limit, id: InterventionQuestion.name, title: "Interventions", heading: "Interventions: neurons changed by hand",
            sentences: [
                "Each neuron was changed alone, at all positions. The change of the loss is that from the unmodified model, row by row, in nats "
                    + "a token; ± one standard error over rows."
            ], rest: "with entropy, rank and the final norm’s scale",
            columns: ["model", "neuron", "condition", "tokens", "change of loss"])
    }

    /// How well a model predicts with neurons replaced by their partners in another, the neuron whose mean costs most first; nil where
    /// nothing was measured. Of several answers about the same neurons one is shown (`SubstitutionAnswers.shown`), and marked where it is not
    /// of the run as it is.
    ///
    /// - Parameter limit: of how many rows.
    static func substitutions(_ answers: [KeptAnswer<SubstitutionSummary>], limit: Int) -> ReportedTable? {
        table(
            SubstitutionAnswers.shown(of: answers).map { row($0.subject, of: $0.answer) }, limit: limit, id: SubstitutionQuestion.name,
            title: "Substitutions",
            heading: "Substitutions: another model’s neurons in their place",
            sentences: [
                "Each neuron was replaced at all positions: by its mean, by its mean + β (partner − the partner’s mean), and so by a random neuron "
                    + "of the partner’s layer; “all” stands for several neurons replaced together. Changes of the loss are from the unmodified "
                    + "model, in nats a token; ± one standard error over rows.",
                "Recovered is the share of the loss that the mean costs which the partner brings back. There is none (–) where the mean costs "
                    + "nothing, and it says little (~) where that cost is less than two of its standard errors, or has none.",
            ], rest: "with entropy and divergence",
            columns: [
                "model", "neuron", "partner", "β", "tokens", "change of loss by mean", "by random neuron", "by partner", "recovered",
            ])
    }

    private static func row(_ subject: SubstitutionSummary.Subject, of answer: KeptAnswer<SubstitutionSummary>) -> Row {
        func change(_ kind: SubstitutionQuestion.Kind) -> Estimate? { subject[kind][SubstitutionMeasures.Kind.loss.rawValue]?.change }
        let neuron = subject.neuron
        let summary = answer.summary
        let other = VisibleText.plain(summary.other, limit: 40)
        let recovered = subject.recovered.map { (subject.cost == .uncertain ? "~" : "") + text($0) }
        return Row(
            size: change(.mean)?.value ?? 0, state: answer.state,
            cells: [
                VisibleText.plain(summary.model, limit: 40), neuron.map { "\($0.place)" } ?? "all \(NumberFormat.integer(summary.neurons))",
                (neuron.map { "\(other):\($0.match.layer).\($0.match.neuron)" } ?? other) + mark(answer),
                neuron.map { NumberFormat.significant($0.match.slope) } ?? "", NumberFormat.integer(summary.tokens),
            ] + [.mean, .random, .match].map { text(change($0)) } + [recovered ?? "–"])
    }

    /// A section of the largest rows; nil without any.
    private static func table(
        _ rows: [Row], limit: Int, id: String, title: String, heading: String, sentences: [String], rest: String, columns: [String]
    ) -> ReportedTable? {
        guard !rows.isEmpty else { return nil }
        let ordered = rows.sorted { first, second in
            first.size != second.size ? first.size > second.size : first.cells.lexicographicallyPrecedes(second.cells)
        }
        let visible = ordered.prefix(max(0, limit))
        let shown = visible.map(\.cells)
        let states = Set(visible.compactMap(\.state))
        let marks = [AnswerState.later, .earlier, .unknown, .provisional].filter(states.contains).compactMap(meaning)
        let extent =
            shown.count < rows.count
            ? "Shown are the largest \(NumberFormat.integer(shown.count)) of \(NumberFormat.integer(rows.count)) changes; the folder \(id) has all"
            : "The folder \(id) has them"
        return ReportedTable(
            id: id, title: title, heading: heading, sentences: sentences + marks + ["\(extent), \(rest)."], columns: columns, rows: shown)
    }

    /// What is said beside a row that is not of the run as it is.
    private static func mark<Summary>(_ answer: KeptAnswer<Summary>) -> String {
        switch answer.state {
        case nil, .current: ""
        case .earlier: answer.runTokens.map { " (earlier, of \(NumberFormat.integer($0)) tokens)" } ?? " (earlier)"
        case .later: answer.runTokens.map { " (later, of \(NumberFormat.integer($0)) tokens)" } ?? " (later)"
        case .unknown: " (unknown)"
        case .provisional: " (provisional)"
        }
    }

    /// What a mark means; nil for a state that has none.
    private static func meaning(of state: AnswerState) -> String? {
        switch state {
        case .current: nil
        case .earlier:
            "Earlier: what the answer takes from the run, as means, partners and β, is that of the run when it was planned to read so many "
                + "tokens, before it was extended. The same question, asked again once the run is complete, takes what it has then."
        case .later:
            "Later: whoever asked had a plan of the run with a larger budget than this folder’s, and means, partners and β of that."
        case .unknown:
            "Unknown: it is not kept of how many tokens of the run that is what the answer takes from it; asked again, it is."
        case .provisional: "Provisional: the mean is that of the calibration, at the beginning of the draw."
        }
    }

    private static func text(_ estimate: Estimate?) -> String { estimate.map { NumberFormat.measured(ReportedFigure($0)) } ?? "–" }

    /// What is done to a neuron, and what is kept from changing with it.
    private static func words(_ condition: InterventionCondition) -> String {
        let intervention = condition.intervention
        let value = intervention.value.map { NumberFormat.significant(Double($0)) } ?? ""
        let change =
            switch intervention.kind {
            case .fixed: "fixed to \(value)"
            case .zero: "fixed to 0"
            case .mean: "fixed to its mean, \(value)"
            case .threshold: "min(x, 0)"
            case .relu: "max(x, 0)"
            case .multiply: "times \(value)"
            }
        let place = intervention.place == .pre ? ", before the nonlinearity" : ""
        let frozen =
            switch condition.frozen {
            case .nothing: ""
            case .norm: "; the final norm’s scale frozen"
            case .frequency: "; the direction of token frequencies frozen"
            }
        return change + place + frozen
    }
}
