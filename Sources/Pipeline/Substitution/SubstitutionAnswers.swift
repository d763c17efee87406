import Analysis
import Models

/// What was measured of a model's neurons with others in their place, as it lies in a run's folder.
public enum SubstitutionAnswers {
    /// The answers over the rows and models of a plan, in the order of their folders' names; what is not answered yet is left out.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    public static func read(in folder: RunFolder, of plan: RunPlan) throws -> [KeptAnswer<SubstitutionSummary>] {
        try folder.answers(to: SubstitutionQuestion.self, of: plan)
    }

    /// What was found about a neuron or about several together, and the answer that says so.
    public typealias Shown = (answer: KeptAnswer<SubstitutionSummary>, subject: SubstitutionSummary.Subject)

    /// Each neuron once for each model that drives it, and those that were replaced together once, of unknown ones each number of them: of
    /// several answers that of the run as it is now, or else of its latest state, and of one state that over most tokens. Matches and slopes
    /// may be others in each state.
    public static func shown(of answers: [KeptAnswer<SubstitutionSummary>]) -> [Shown] {
        struct Asked: Hashable {
            let model, other: String
            /// The neuron, or those that are replaced together; none where nobody knows which these are.
            let neurons: Set<NeuronPlace>
            /// How many neurons they are of which nobody knows which; nil where it is known.
            let unknown: Int?

            init(_ shown: Shown) {
                let answer = shown.answer
                (model, other) = (answer.summary.model, answer.summary.other)
                neurons = shown.subject.neuron.map { [$0.place] } ?? answer.neurons
                unknown = neurons.isEmpty ? answer.summary.neurons : nil
            }
        }
        return answers.flatMap { answer in answer.summary.subjects.map { (answer, $0) } }
            .best(ofEach: Asked.init) { $0.answer.isShown(before: $1.answer) }
    }

    /// What is shown of one neuron alone; nil where nothing.
    static func excerpt(of place: NeuronPlace, in model: String, from shown: [Shown]) -> TableExcerpt? {
        let rows: [[TableCell]] = shown.compactMap { answer, subject in
            guard answer.summary.model == model, let neuron = subject.neuron, neuron.place == place else { return nil }
            func change(_ kind: SubstitutionQuestion.Kind) -> Double? {
                subject[kind][SubstitutionMeasures.Kind.loss.rawValue]?.change?.value
            }
            return [
                .text("\(answer.summary.other):\(neuron.match.layer).\(neuron.match.neuron)"), TableCell(finite: neuron.match.slope),
                .integer(answer.summary.tokens),
            ] + answer.cells
                + [
                    change(.match), change(.mean), subject.recovered?.value, subject.recovered?.standardError,
                    subject.randomRecovered?.value,
                ].map { TableCell(finite: $0) }
        }
        let columns = [
            "match", "slope", "tokens", "run_tokens", "state", "match_loss_change", "mean_loss_change", "recovered", "recovered_se",
            "random_recovered",
        ]
        return rows.isEmpty
            ? nil : TableExcerpt(table: "substitution.csv", title: "With its match in its place", columns: columns, rows: rows)
    }
}
