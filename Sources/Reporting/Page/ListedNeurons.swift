import Analysis
import Pipeline

/// Turns the content's neurons into the rows of the table: sorted, cut to a size, with the threshold line.
struct ListedNeurons {
    let content: ReportContent
    /// Bytes that the rows may take, so that the page stays well under 5 MB.
    var allowance = 3_600_000

    /// Scalars of context on the folded line and in an unfolded example: about a line of the page, and about four.
    private static let peek = (before: 84, after: 56)
    private static let whole = (before: 280, after: 120)

    private var hasExplanations: Bool { content.neurons.contains { $0.explanation != nil || $0.family != nil } }
    private var hasCrossFits: Bool { content.neurons.contains { $0.partners.contains { $0.crossFit != nil } } }
    private var names: ColumnNames { content.columns }
    private var isPair: Bool { content.others.count == 1 }
    private var hasPartners: Bool { content.neurons.contains { !$0.partners.isEmpty } }

    /// The table, as text.
    func view() -> NeuronTableView {
        let sorted = content.neurons.sorted { a, b in
            if a.excess.value != b.excess.value { return a.excess.value > b.excess.value }
            return (a.layer, a.neuron) < (b.layer, b.neuron)
        }
        var rows: [NeuronView] = []
        var weight = 0
        var hasDivider = false
        for neuron in sorted {
            var row = view(of: neuron)
            if weight + row.weight > allowance * 3 / 4, let first = row.examples?.items.first { row.examples?.items = [first] }
            if weight + row.weight > allowance { break }
            weight += row.weight
            if !neuron.isUniversal, !hasDivider, rows.last?.isUniversal == true {
                row.divider =
                    "Below this line the excess correlation does not exceed \(NumberFormat.fixed(content.threshold, 2)): not universal."
                hasDivider = true
            }
            rows.append(row)
        }
        let listed = sorted.prefix(rows.count)
        let families = Set(listed.compactMap(\.family)).map { VisibleText.plain($0, limit: 40) }.sorted()
        let roles = Set(listed.compactMap(\.role)).map { VisibleText.plain($0, limit: 40) }.sorted()
        return NeuronTableView(
            heading: heading(listed), note: Markup.sentence(note(listed)), legend: legend(), partners: partnerNames,
            layers: Set(listed.map(\.layer)).sorted().map(String.init), families: families, roles: roles,
            hasExplanations: hasExplanations, hasRoles: !roles.isEmpty, rows: rows,
            hasRows: !rows.isEmpty, hasExamples: rows.contains { $0.examples != nil },
            isMixed: Set(listed.map(\.isUniversal)).count == 2)
    }

    private var partnerNames: [String] { hasPartners ? content.others.map { VisibleText.plain($0, limit: 24) } : [] }

    private func heading(_ listed: ArraySlice<ReportedNeuron>) -> String {
        listed.contains { !$0.isUniversal } || listed.isEmpty
            ? "\(names.capitalNouns) of highest excess correlation" : "Universal \(names.nouns)"
    }

    private func note(_ listed: ArraySlice<ReportedNeuron>) -> String {
        let universal = Int(content.universal.value)
        let threshold = NumberFormat.fixed(content.threshold, 2)
        if listed.isEmpty { return "No \(names.noun) is listed. neurons.csv beside this report has every \(names.noun)." }
        let shown = listed.count { $0.isUniversal }
        let others = listed.count - shown
        if others > 0 {
            let found =
                universal == 0
                ? "No \(names.noun) is universal (excess above \(threshold))"
                : universal == 1
                    ? "One \(names.noun) is universal (excess above \(threshold))"
                    : "\(NumberFormat.integer(universal)) \(names.nouns) are universal"
            return "\(found), so the table shows the \(NumberFormat.integer(listed.count)) \(names.nouns) of highest excess. "
                + "neurons.csv beside this report has all \(NumberFormat.integer(content.neuronCount))."
        }
        if shown < universal {
            return "The \(NumberFormat.integer(shown)) strongest of \(NumberFormat.integer(universal)) universal \(names.nouns) (excess "
                + "above \(threshold)). neurons.csv beside this report has all of them; `universal-neurons pages RUN --output DIR` writes a page "
                + "of each."
        }
        return "All \(NumberFormat.integer(shown)) universal \(names.nouns) (excess above \(threshold)). neurons.csv beside this "
            + "report has all \(NumberFormat.integer(content.neuronCount)) \(names.nouns)."
    }

    private var naming: String {
        guard let basis = names.basis else { return "Neurons are named layer.index" }
        return "\(names.capitalNouns) are named layer.index with \(basis.mark) before the index"
    }

    private func legend() -> String {
        var parts = [
            """
            \(naming). Best: correlation with the best partner\(isPair ? "" : ", mean over the other models"); baseline: \
            the same against \(isPair ? "the rotated model" : "rotated models"); excess: their difference
            """
        ]
        if content.neurons.contains(where: { $0.excess.standardError != nil }) { parts[0] += ", ± one standard error" }
        if hasPartners {
            parts.append(
                "Under a model’s name: the correlation with the best partner there, and which \(names.noun) that is"
                    + (hasCrossFits ? "; cross-fit: the correlation on tokens on which the partner was not chosen" : ""))
        }
        if hasExplanations {
            parts.append(
                "Under an explanation: the share of the \(names.noun)’s variance that the feature explains; weakly: less than "
                    + NumberFormat.percent(ReportWords.weakExplanation, 0))
            if content.neurons.contains(where: { $0.explanation?.hasPrefix(FeatureExplanations.negation) == true }) {
                parts.append(
                    "“\(FeatureExplanations.negation)…”: the \(names.noun) is lower where the feature holds, higher where it does not")
            }
        }
        if content.neurons.contains(where: { !$0.promoted.isEmpty || !$0.suppressed.isEmpty }) {
            parts.append(
                "Raises, lowers: the tokens that the neuron’s output moves most, and before them its role, if it has one (· space within a token)"
            )
        }
        if content.neurons.contains(where: { !$0.examples.isEmpty }) {
            parts.append(
                "Examples: activation, context with the token marked (↵ line break, ⇥ tab, · space within the token, ⟨…⟩ the name or code of another "
                    + "invisible character), and where it stands")
        }
        return parts.joined(separator: ". ") + "."
    }

    private func view(of neuron: ReportedNeuron) -> NeuronView {
        var cells = [
            NeuronView.Cell(
                label: "excess", text: NumberFormat.fixed(neuron.excess.value, 3), value: NumberFormat.sortable(neuron.excess.value),
                note: neuron.excess.standardError.map { "± \(NumberFormat.fixed($0, 3))" }),
            NeuronView.Cell(
                label: "best", text: NumberFormat.fixed(neuron.bestCorrelation, 3), value: NumberFormat.sortable(neuron.bestCorrelation)),
            NeuronView.Cell(label: "baseline", text: NumberFormat.fixed(neuron.baseline, 3), value: NumberFormat.sortable(neuron.baseline)),
        ]
        for (index, name) in partnerNames.enumerated() {
            guard index < neuron.partners.count else {
                cells.append(NeuronView.Cell(label: "in \(name)", text: "–", value: ""))
                continue
            }
            let partner = neuron.partners[index]
            cells.append(
                NeuronView.Cell(
                    label: "in \(name)", text: NumberFormat.fixed(partner.correlation, 3),
                    // Directions are compared by size.
                    value: NumberFormat.sortable(names.basis == nil ? partner.correlation : abs(partner.correlation)),
                    note: "\(names.noun) \(partner.name)",
                    secondNote: partner.crossFit.map { "cross-fit \(NumberFormat.fixed($0, 3))" }))
        }
        let family = neuron.family.map { VisibleText.plain($0, limit: 40) } ?? ""
        if hasExplanations {
            cells.append(NeuronView.Cell(label: "family", text: family.isEmpty ? "–" : family, value: family, isText: true))
            cells.append(
                NeuronView.Cell(
                    label: "explanation", text: neuron.explanation.map { VisibleText.plain($0, limit: 90) } ?? "–",
                    value: neuron.explanationScore.map(NumberFormat.sortable) ?? "",
                    note: neuron.explanationScore.map(ReportWords.strength), isText: true))
        }
        return NeuronView(
            name: neuron.name, layer: String(neuron.layer), family: family,
            role: neuron.role.map { VisibleText.plain($0, limit: 40) } ?? "", order: String(neuron.layer * 1_000_000 + neuron.neuron),
            isUniversal: neuron.isUniversal, cells: cells, effect: effect(of: neuron),
            examples: examples(of: neuron), span: String(cells.count + 1), written: neuron.written.map(ReportWords.written))
    }

    private func effect(of neuron: ReportedNeuron) -> NeuronView.Effect? {
        guard neuron.role != nil || !neuron.promoted.isEmpty || !neuron.suppressed.isEmpty else { return nil }
        func markup(_ tokens: [ReportedToken]) -> String { tokens.map(\.markup).joined(separator: " ") }
        return NeuronView.Effect(
            roleName: neuron.role.map { VisibleText.plain($0, limit: 40) }, promoted: markup(neuron.promoted),
            suppressed: markup(neuron.suppressed), hasTokens: !neuron.promoted.isEmpty || !neuron.suppressed.isEmpty)
    }

    private func examples(of neuron: ReportedNeuron) -> NeuronView.Examples? {
        guard let strongest = neuron.examples.first else { return nil }
        return NeuronView.Examples(
            peek: context(of: strongest, before: Self.peek.before, after: Self.peek.after),
            items: neuron.examples.map { example in
                NeuronView.Example(
                    value: NumberFormat.fixed(example.value, 2),
                    context: context(of: example, before: Self.whole.before, after: Self.whole.after), place: place(of: example))
            })
    }

    private func context(of example: ReportedExample, before: Int, after: Int) -> String {
        Self.context(example.before, example.token, example.after, isText: example.isText, limits: (before, after))
    }

    /// HTML: a token of the corpus, marked, between at most as many scalars of what precedes and follows it.
    static func context(
        _ before: String, _ token: String, _ after: String, isText: Bool, limits: (before: Int, after: Int)
    ) -> String {
        let space = isText ? "" : " "
        let head = VisibleText.markup(before, limit: limits.before, fromEnd: true)
        let marked = VisibleText.markup(token, marksSpaces: isText, limit: 80)
        return "\(head)\(space)<mark>\(marked)</mark>\(space)\(VisibleText.markup(after, limit: limits.after))"
    }

    private func place(of example: ReportedExample) -> String {
        let domain = example.domain.map { "\(VisibleText.plain($0, limit: 30)), " } ?? ""
        return "\(domain)row \(NumberFormat.integer(example.row)), position \(example.position)"
    }
}
