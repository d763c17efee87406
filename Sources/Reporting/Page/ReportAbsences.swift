import Pipeline

/// What the report does not have, and what makes it.
struct ReportAbsences {
    let content: ReportContent

    private var names: ColumnNames { content.columns }

    /// The section, a sentence each as HTML. It is never empty: some things are asked of a run one by one.
    var sentences: [String] {
        let tables = Set(content.tables.map(\.id))
        let possible: [(isAbsent: Bool, sentence: String)] = [
            (content.domains.isEmpty, "Universality by domain of the corpus: a new run with `strata: domain`."),
            (
                !tables.contains("cliques") && content.others.count > 1,
                "Cliques, \(names.nouns) that are each other’s best partners in all pairs of models: a new run with `pairs: all`."
            ),
            (!tables.contains("steps"), "When in training \(names.nouns) become universal: a new run of models with `steps`."),
            (
                content.families.isEmpty && !tables.contains("features"),
                "Which \(names.noun) each feature explains best: a new run with `features: default`."
            ),
            (
                names.basis == nil && content.roles == nil,
                "Roles, entropy neurons and attention neurons: `universal-neurons analyze RUN`, where the files of model "
                    + "\(content.reference) are."
            ),
            (
                names.basis == nil && content.neurons.allSatisfy { $0.written == nil },
                "What a language model says of neurons: `universal-neurons explain RUN --out prompts.jsonl`, and "
                    + "`universal-neurons explain RUN --in answers.jsonl` for its answers."
            ),
            (
                names.basis != nil,
                "Roles, entropy neurons and attention neurons, what a language model says of neurons, interventions and substitutions: all "
                    + "these are of neurons, and the columns of this run are \(names.kinds). A run of the same models with "
                    + "`columns: neurons` has them or can be asked for them."
            ),
            (
                names.basis == nil && !tables.contains("interventions"),
                "What changes of neurons do to predictions: `universal-neurons intervene RUN --neurons \(example)`, and "
                    + "`universal-neurons analyze RUN` to show it here."
            ),
            (
                // A screened run knows no matches with all that they need.
                names.basis == nil && content.provenance.screening == nil && !tables.contains("substitution"),
                "How well a model predicts with neurons replaced by their partners: `universal-neurons substitute RUN --neurons \(example)`, and "
                    + "`universal-neurons analyze RUN`."
            ),
            (
                true,
                "A \(names.noun)’s partners, examples and figures on a page of its own: "
                    + "`universal-neurons neuron RUN \(example) --html \(names.noun).html`; of every universal one, with all members of each "
                    + "family: `universal-neurons pages RUN --output DIR`."
            ),
            (true, "How alike whole layers are: `universal-neurons similarity RUN` writes `similarity.csv`, which no report shows."),
        ]
        return possible.filter(\.isAbsent).map { Markup.sentence($0.sentence) }
    }

    /// The column that a reader is likely to ask for.
    private var example: String { content.neurons.max { $0.excess.value < $1.excess.value }?.name ?? names.name(layer: 0, column: 0) }
}
