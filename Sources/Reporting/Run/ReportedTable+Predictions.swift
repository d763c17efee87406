import Analysis
import Models

/// What was measured of predictions with neurons changed, and with other models' in their place.
extension ReportedTable {
    /// A row with what it is sorted by.
    private struct Row {
        let size: Double
        let cells: [String]
    }

    /// What changes of neurons do to the loss, the largest change first; nil where nothing was measured. Of several answers about one
    /// condition that over most tokens is shown.
    ///
    /// - Parameter limit: of how many rows.
    static func interventions(_ answers: [InterventionSummary], limit: Int) -> ReportedTable? {
        struct Name: Hashable {
            let model: String
            let condition: InterventionCondition
        }
        var found: [Name: (tokens: Int, change: Estimate)] = [:]
        for answer in answers {
            for effect in answer.conditions {
                let name = Name(model: answer.model, condition: effect.condition)
                guard let change = effect[.loss]?.change, change.value.isFinite, answer.tokens > found[name]?.tokens ?? -1 else { continue }
                found[name] = (answer.tokens, change)
            }
        }
        let rows = found.map { name, effect in
            Row(
                size: abs(effect.change.value),
                cells: [
                    VisibleText.plain(name.model, limit: 40), "\(name.condition.layer).\(name.condition.neuron)", words(name.condition),
                    NumberFormat.integer(effect.tokens), text(effect.change),
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
    /// nothing was measured. Of several answers about one neuron that over most tokens is shown.
    ///
    /// - Parameter limit: of how many rows.
    static func substitutions(_ answers: [SubstitutionSummary], limit: Int) -> ReportedTable? {
        struct Name: Hashable {
            let model, other: String
            let place: NeuronPlace
        }
        var alone: [Name: (answer: SubstitutionSummary, subject: SubstitutionSummary.Subject)] = [:]
        var rows: [Row] = []
        for answer in answers {
            for subject in answer.subjects {
                guard let neuron = subject.neuron else {
                    rows.append(row(subject, of: answer))
                    continue
                }
                let name = Name(model: answer.model, other: answer.other, place: neuron.place)
                guard answer.tokens > alone[name]?.answer.tokens ?? -1 else { continue }
                alone[name] = (answer, subject)
            }
        }
        rows += alone.values.map { row($0.subject, of: $0.answer) }
        return table(
            rows, limit: limit, id: SubstitutionQuestion.name, title: "Substitutions",
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

    private static func row(_ subject: SubstitutionSummary.Subject, of answer: SubstitutionSummary) -> Row {
        func change(_ kind: SubstitutionQuestion.Kind) -> Estimate? { subject[kind][SubstitutionMeasures.Kind.loss.rawValue]?.change }
        let neuron = subject.neuron
        let other = VisibleText.plain(answer.other, limit: 40)
        let recovered = subject.recovered.map { (subject.cost == .uncertain ? "~" : "") + text($0) }
        return Row(
            size: change(.mean)?.value ?? 0,
            cells: [
                VisibleText.plain(answer.model, limit: 40), neuron.map { "\($0.place)" } ?? "all \(NumberFormat.integer(answer.neurons))",
                neuron.map { "\(other):\($0.match.layer).\($0.match.neuron)" } ?? other,
                neuron.map { NumberFormat.significant($0.match.slope) } ?? "", NumberFormat.integer(answer.tokens),
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
        let shown = ordered.prefix(max(0, limit)).map(\.cells)
        let extent =
            shown.count < rows.count
            ? "Shown are the largest \(NumberFormat.integer(shown.count)) of \(NumberFormat.integer(rows.count)) changes; the folder \(id) has all"
            : "The folder \(id) has them"
        return ReportedTable(
            id: id, title: title, heading: heading, sentences: sentences + ["\(extent), \(rest)."], columns: columns, rows: shown)
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
