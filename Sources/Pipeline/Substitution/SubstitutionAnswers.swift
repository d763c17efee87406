import Analysis
import Models

/// What was measured of a model's neurons with others in their place, as it lies in a run's folder.
public enum SubstitutionAnswers {
    /// The answers over the rows and models of a plan, in the order of their folders' names; what is not answered yet is left out.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    public static func read(in folder: RunFolder, of plan: RunPlan) throws -> [SubstitutionSummary] {
        try folder.answers(to: SubstitutionQuestion.self, of: plan)
    }

    /// What the answers say of one neuron alone; nil where nothing.
    static func excerpt(of place: NeuronPlace, in model: String, from answers: [SubstitutionSummary]) -> TableExcerpt? {
        let rows: [[TableCell]] = answers.filter { $0.model == model }.flatMap { answer in
            answer.subjects.compactMap { subject in
                guard let neuron = subject.neuron, neuron.place == place else { return nil }
                func change(_ kind: SubstitutionQuestion.Kind) -> Double? {
                    subject[kind][SubstitutionMeasures.Kind.loss.rawValue]?.change?.value
                }
                return [
                    .text("\(answer.other):\(neuron.match.layer).\(neuron.match.neuron)"), TableCell(finite: neuron.match.slope),
                    .integer(answer.tokens),
                ]
                    + [
                        change(.match), change(.mean), subject.recovered?.value, subject.recovered?.standardError,
                        subject.randomRecovered?.value,
                    ].map { TableCell(finite: $0) }
            }
        }
        let columns = [
            "match", "slope", "tokens", "match_loss_change", "mean_loss_change", "recovered", "recovered_se", "random_recovered",
        ]
        return rows.isEmpty
            ? nil : TableExcerpt(table: "substitution.csv", title: "With its match in its place", columns: columns, rows: rows)
    }
}
