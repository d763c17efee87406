import Analysis
import Models

/// The answers to questions about neurons that lie in a run's folder.
public enum InterventionAnswers {
    /// Those over the rows and models of a plan, in the order of their folders' names; what is not answered yet is left out.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    public static func read(in folder: RunFolder, of plan: RunPlan) throws -> [KeptAnswer<InterventionSummary>] {
        try folder.answers(to: InterventionQuestion.self, of: plan)
    }

    /// What was found under one condition, and the answer that says so.
    public typealias Shown = (answer: KeptAnswer<InterventionSummary>, effect: InterventionSummary.Effect)

    /// Each condition once: of several answers that of the run as it is now, or else of its latest state, by the
    /// calibration last, and of one state that over most tokens. Changes to the mean are one condition, whatever the mean is in each state.
    ///
    /// - Parameter isWanted: which effects may stand for their condition; an answer without them leaves it to another one.
    public static func shown(
        of answers: [KeptAnswer<InterventionSummary>], where isWanted: (InterventionSummary.Effect) -> Bool = { _ in true }
    ) -> [Shown] {
        struct Asked: Hashable {
            let model: String
            let condition: InterventionCondition

            init(_ shown: Shown) {
                model = shown.answer.summary.model
                let (condition, intervention) = (shown.effect.condition, shown.effect.condition.intervention)
                self.condition =
                    intervention.kind == .mean
                    ? InterventionCondition(
                        layer: condition.layer, neuron: condition.neuron, Intervention(.mean, value: 0, place: intervention.place),
                        frozen: condition.frozen)
                    : condition
            }
        }
        return answers.flatMap { answer in answer.summary.conditions.filter(isWanted).map { (answer, $0) } }
            .best(ofEach: Asked.init) { $0.answer.isShown(before: $1.answer) }
    }

    /// What is shown of changes of one neuron; nil where nothing.
    static func excerpt(of place: NeuronPlace, in model: String, from shown: [Shown]) -> TableExcerpt? {
        let changed: [PredictionMeasures.Kind] = [.entropy, .rank, .scale]
        let rows: [[TableCell]] = shown.filter { answer, effect in
            answer.summary.model == model && effect.condition.layer == place.layer && effect.condition.neuron == place.neuron
        }.map { answer, effect in
            let (intervention, loss) = (effect.condition.intervention, effect[.loss]?.change)
            return [
                .text(intervention.kind.rawValue + (intervention.value.map { " \($0)" } ?? "")), .text(intervention.place.rawValue),
                .text(effect.condition.frozen.rawValue), .integer(answer.summary.tokens),
            ] + answer.cells
                + ([loss?.value, loss?.standardError] + changed.map { effect[$0]?.change?.value }).map { TableCell(finite: $0) }
        }
        let columns =
            ["change", "at", "frozen", "tokens", "run_tokens", "state", "loss_change", "loss_change_se"]
            + changed.map { "\($0.rawValue)_change" }
        return rows.isEmpty ? nil : TableExcerpt(table: "interventions.csv", title: "Changed by hand", columns: columns, rows: rows)
    }
}
