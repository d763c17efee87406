/// The section of roles, as text.
struct RolesView {
    /// The strongest neurons of a role.
    struct Table {
        let caption: String
        let rows: [Row]
    }

    /// One neuron.
    struct Row {
        let name: String
        let isUniversal: Bool
        let kurtosis, skewness, variance: String
        let feature: String
        /// What stands under the feature.
        let share: String?
        /// HTML.
        let promoted, suppressed: String
    }

    let sentences: [String]
    /// Why there are no roles.
    let absence: String?
    let profiles: [FigureView]
    let effects: [Table]
    let comparison: [FigureView]

    /// The section; nil for a report that says nothing of weights.
    init?(_ content: ReportContent, figures: inout ReportFigures) {
        guard content.roles != nil || content.rolesAbsence != nil || content.contrasts != nil else { return nil }
        absence = content.roles == nil ? content.rolesAbsence.map { VisibleText.plain($0, limit: 400) } : nil
        profiles = figures.roleProfiles()
        comparison = [figures.contrasts()].compactMap(\.self)
        let roles = content.roles?.roles ?? []
        effects = roles.filter { !$0.strongest.isEmpty }.map { role in
            let all = role.all.reduce(0, +)
            let shown = role.strongest.count
            let measure = role.name == "partition" ? "variance" : "kurtosis"
            let name = VisibleText.plain(role.name, limit: 40)
            return Table(
                caption: (shown < all
                    ? "The \(NumberFormat.integer(shown)) \(name) neurons of highest \(measure), of \(NumberFormat.integer(all))"
                    : all == 1 ? "The only \(name) neuron" : "All \(NumberFormat.integer(all)) \(name) neurons, by \(measure)"),
                rows: role.strongest.map(Self.row))
        }
        sentences = Self.sentences(content)
    }

    private static func sentences(_ content: ReportContent) -> [String] {
        guard let roles = content.roles else { return [] }
        let counts = roles.roles.map { role in
            let (all, universal) = (role.all.reduce(0, +), role.universal.reduce(0, +))
            return "\(NumberFormat.integer(all)) \(VisibleText.plain(role.name, limit: 40)) (\(NumberFormat.integer(universal)) universal)"
        }
        var sentences = [
            """
            A neuron’s effect on a token is the cosine of its output weights with the token’s unembedding, all from processed weights. A \
            prediction neuron raises a few tokens and leaves the others alone (kurtosis above 10, skewness above 0), a suppression neuron lowers \
            a few (skewness below 0), a partition neuron raises one large part of the vocabulary and lowers another one.
            """,
            "Of the \(NumberFormat.integer(content.neuronCount)) neurons of model \(content.reference), by role: \(ReportWords.list(counts)).",
        ]
        if roles.roles.contains(where: { !$0.strongest.isEmpty }) {
            sentences.append(
                "roles.csv has every neuron with a role, roles.npz what each feature of the tokens explains of its effect. Kurtosis, skewness "
                    + "and variance are of a neuron’s effect over the vocabulary; under a feature stands the share of that variance that it "
                    + "explains. · is a space; bytes that are a part of a character stand between ⟨ and ⟩.")
        }
        return sentences
    }

    private static func row(_ neuron: ReportedRoles.Neuron) -> Row {
        func figure(_ value: Double?) -> String { value.map(NumberFormat.significant) ?? "–" }
        func markup(_ tokens: [ReportedToken]) -> String { tokens.map(\.markup).joined(separator: " ") }
        return Row(
            name: "\(neuron.layer).\(neuron.neuron)", isUniversal: neuron.isUniversal, kurtosis: figure(neuron.kurtosis),
            skewness: figure(neuron.skewness), variance: figure(neuron.variance),
            feature: neuron.feature.map { VisibleText.plain($0, limit: 60) } ?? "–",
            share: neuron.feature == nil ? nil : neuron.featureShare.map(ReportWords.strength), promoted: markup(neuron.promoted),
            suppressed: markup(neuron.suppressed))
    }
}
