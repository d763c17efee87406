/// What the report does not have, and what makes it.
struct ReportAbsences {
    let content: ReportContent

    /// The section, a sentence each as HTML. It is never empty: some things are asked of a run one by one.
    var sentences: [String] {
        let tables = Set(content.tables.map(\.id))
        let possible: [(isAbsent: Bool, sentence: String)] = [
            (content.domains.isEmpty, "Universality by domain of the corpus: a new run with `strata: domain`."),
            (
                !tables.contains("cliques") && content.others.count > 1,
                "Cliques, neurons that are each other’s best partners in all pairs of models: a new run with `pairs: all`."
            ),
            (!tables.contains("steps"), "When in training neurons become universal: a new run of models with `steps`."),
            (!tables.contains("features"), "Which neuron each feature explains best: a new run with `features: default`."),
            (
                content.roles == nil,
                "Roles, entropy neurons and attention neurons: `universal-neurons analyze RUN`, where the files of model "
                    + "\(content.reference) are."
            ),
            (
                content.neurons.allSatisfy { $0.written == nil },
                "What a language model says of neurons: `universal-neurons explain RUN --out prompts.jsonl`, and "
                    + "`universal-neurons explain RUN --in answers.jsonl` for its answers."
            ),
            (
                true,
                "A neuron’s partners, examples and figures on a page of its own: "
                    + "`universal-neurons neuron RUN \(example) --html neuron.html`."
            ),
            (true, "How alike whole layers are: `universal-neurons similarity RUN`."),
        ]
        return possible.filter(\.isAbsent).map { Markup.sentence($0.sentence) }
    }

    /// The neuron that a reader is likely to ask for.
    private var example: String { content.neurons.max { $0.excess.value < $1.excess.value }?.name ?? "0.0" }
}
