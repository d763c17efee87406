import Pipeline

/// What a run does not say of a neuron.
extension NeuronCard {
    /// A sentence for each part that the neuron has not, with what makes it.
    static func absences(_ neuron: NeuronInspection) -> [String] {
        guard !neuron.order.isEmpty else { return ["The run has not been analysed: `universal-neurons analyze RUN` writes its tables."] }
        if let reference = neuron.reference {
            return [
                "Its figures, and text in which it is active: a run keeps them of its references, here of model \(reference). A run in which "
                    + "the model comes first has them."
            ]
        }
        let isNeuron = neuron.name == nil
        func isMeasured(_ table: String) -> Bool { neuron.tables?.contains { $0.table == table } ?? false }
        // What was asked is asked of the run's reference, which alone has further tables.
        let isOfRun = isNeuron && (neuron.tables != nil || neuron.percentiles != nil)
        let isOfPair = (neuron.partners?.count ?? 0) < 2
        let possible: [(isAbsent: Bool, sentence: String)] = [
            (neuron.examples.isEmpty, "Text in which it is active: a new run with `examples: {count: 10}` keeps it."),
            (
                isNeuron && (neuron.tokens?.isEmpty ?? true),
                "Its moments and the tokens of its highest activations: a new run with `moments: {maxima: 100}` has them."
            ),
            (
                neuron.explanations == nil,
                "What it responds to: no feature explains enough of its variance, or the run has none (`features: default` in a new one)."
            ),
            (
                isNeuron && neuron.written == nil,
                "Words for it: `universal-neurons explain RUN --out prompts.jsonl` asks a language model, `--in answers.jsonl` scores its answers."
            ),
            (
                isNeuron && neuron.vocabulary == nil,
                "Its weights, and the tokens that it raises and lowers: `universal-neurons analyze RUN` finds them for the run’s reference, where "
                    + "the model’s files are."
            ),
            (neuron.vocabulary != nil && neuron.role == nil, "A role: it is no prediction, suppression or partition neuron."),
            (
                !isNeuron,
                "Pre-activations, weights, role and words for it: they are of neurons; a run of the same models with `columns: neurons` has them, "
                    + "or can be asked for them."
            ),
            (
                isOfRun && !isMeasured("firing.csv"),
                "At which tokens it fires with its partners: `universal-neurons similarity RUN --firing`."
            ),
            (
                isOfRun && !isMeasured("path-ablation"),
                "What heads do without its path to them: `universal-neurons attention RUN --neurons \(neuron.layer).\(neuron.neuron)`, for "
                    + "neurons before the last layer."
            ),
            (
                isOfRun && !isMeasured("interventions.csv"),
                "What changing it does to predictions: `universal-neurons intervene RUN --neurons \(neuron.layer).\(neuron.neuron)`."
            ),
            (neuron.cliques == nil && !isOfPair, "Cliques: a new run with `pairs: all` has them."),
            (neuron.domains == nil, "Whether it is universal in each domain of the corpus: a new run with `strata: domain` says so."),
        ]
        return possible.filter(\.isAbsent).map(\.sentence)
    }
}
