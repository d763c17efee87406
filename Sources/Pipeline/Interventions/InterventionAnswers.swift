import Analysis
import Models

/// The answers to questions about neurons that lie in a run's folder.
public enum InterventionAnswers {
    /// Those over the rows and models of a plan, in the order of their folders' names; what is not answered yet is left out.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    public static func read(in folder: RunFolder, of plan: RunPlan) throws -> [InterventionSummary] {
        try folder.answers(to: InterventionQuestion.self, of: plan)
    }

    /// What the answers say of changes of one neuron; nil where nothing.
    static func excerpt(of place: NeuronPlace, in model: String, from answers: [InterventionSummary]) -> TableExcerpt? {
        let changed: [PredictionMeasures.Kind] = [.entropy, .rank, .scale]
        let rows: [[TableCell]] = answers.filter { $0.model == model }.flatMap { answer in
            answer.conditions.filter { $0.condition.layer == place.layer && $0.condition.neuron == place.neuron }.map { effect in
                let (intervention, loss) = (effect.condition.intervention, effect[.loss]?.change)
                return [
                    .text(intervention.kind.rawValue + (intervention.value.map { " \($0)" } ?? "")), .text(intervention.place.rawValue),
                    .text(effect.condition.frozen.rawValue), .integer(answer.tokens),
                ] + ([loss?.value, loss?.standardError] + changed.map { effect[$0]?.change?.value }).map { TableCell(finite: $0) }
            }
        }
        let columns =
            ["change", "at", "frozen", "tokens", "loss_change", "loss_change_se"] + changed.map { "\($0.rawValue)_change" }
        return rows.isEmpty ? nil : TableExcerpt(table: "interventions.csv", title: "Changed by hand", columns: columns, rows: rows)
    }
}
