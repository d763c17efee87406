import Analysis
import Pipeline

/// The parts of a card, one function each.
extension NeuronCard {
    /// The neuron's figures under the names of `neurons.csv`, with their place within the layer.
    static func figures(_ neuron: NeuronInspection) -> [CardSection] {
        let elsewhere = Set(
            ["layer", "neuron", "name", "universal", "role", "family"]
                + (neuron.partners ?? []).flatMap { partner in
                    ["corr", "layer", "neuron", "corr_crossfit"].map { "\(partner.model)_\($0)" }
                })
        let rows = neuron.order.filter { !elsewhere.contains($0) && !$0.contains("explanation") }.compactMap {
            name -> [CardSection.Cell]? in
            guard let value = neuron.columns[name], value != .empty else { return nil }
            return [.column(name), cell(value), .text(neuron.percentiles?[name].map { NumberFormat.fixed($0, 1) } ?? "")]
        }
        guard !rows.isEmpty else { return [] }
        let hasPlaces = neuron.percentiles != nil
        return [
            CardSection(
                id: "figures", heading: "Figures",
                sentences: hasPlaces ? ["Percentiles are among the \(noun(neuron))s of its layer: 0 is the lowest, 100 the highest."] : [],
                columns: ["column of neurons.csv", "value", "percentile in its layer"], rows: rows)
        ]
    }

    /// A cell of a table: a number with all its figures, or a text.
    static func cell(_ cell: TableCell) -> CardSection.Cell { cell.number.map(CardSection.Cell.number) ?? .text(cell.description) }

    /// The partners in each other model.
    static func partners(_ neuron: NeuronInspection) -> [CardSection] {
        guard let partners = neuron.partners else { return [] }
        func name(of partner: PartnerInspection.Partner) -> String { partner.name ?? "\(partner.layer).\(partner.neuron)" }
        func list(_ partners: [PartnerInspection.Partner]?) -> CardSection.Cell {
            .text((partners ?? []).map { "\(name(of: $0)) (\(NumberFormat.fixed($0.correlation, 3)))" }.joined(separator: ", "))
        }
        let rows = partners.map { partner -> [CardSection.Cell] in
            [
                .text(partner.model), .text(name(of: partner.best)),
                .text(NumberFormat.fixed(partner.best.correlation, 3)),
                .text(partner.crossfit.map { NumberFormat.fixed($0, 3) } ?? ""),
                .text(partner.explanation.map(ReportWords.explanation) ?? ""),
                list(partner.next), list(partner.lowest),
            ]
        }
        return [
            CardSection(
                id: "partners", heading: "Partners in other models",
                sentences: [
                    (neuron.name == nil ? "Neurons of the other models, named layer.index," : "Directions of the other models,")
                        + " and their correlation with this one"
                        + (partners.contains { $0.crossfit != nil }
                            ? "; cross-fitted: \(neuron.name == nil ? "" : "its size ")on tokens on which the partner was not chosen."
                            : ".")
                ],
                columns: ["model", "best match", "correlation", "cross-fitted", "it responds to", "next", "lowest"], rows: rows)
        ]
    }

    /// The features that explain its activations.
    static func explanations(_ neuron: NeuronInspection) -> [CardSection] {
        guard let explanations = neuron.explanations else { return [] }
        let rows = explanations.map { explanation -> [CardSection.Cell] in
            let isNegative = (explanation.correlation ?? 0) < 0
            return [
                .text((isNegative ? FeatureExplanations.negation : "") + explanation.feature),
                .text(explanation.score.map(ReportWords.strength) ?? ""), .text(explanation.family ?? ""),
            ]
        }
        return [
            CardSection(
                id: "explanations", heading: "What it responds to",
                sentences: [
                    "Features of the tokens, and the share of the \(noun(neuron))’s variance that each explains alone, its squared correlation; weakly: "
                        + "less than \(NumberFormat.percent(ReportWords.weakExplanation, 0))."
                ], columns: ["feature", "share of its variance", "family"], rows: rows)
        ]
    }

    /// What an explainer has written of it.
    static func written(_ neuron: NeuronInspection) -> [CardSection] {
        guard let written = neuron.written else { return [] }
        return [CardSection(id: "words", heading: "In words", rows: [[.text("explanation"), .text(ReportWords.written(written))]])]
    }

    /// Its role, and what the tokens have in common that it moves.
    static func role(_ neuron: NeuronInspection) -> [CardSection] {
        guard let role = neuron.role else { return [] }
        func row(_ name: String, _ value: Double?) -> [CardSection.Cell]? {
            value.map { [.text(name), .text(NumberFormat.significant($0))] }
        }
        var rows: [[CardSection.Cell]] = [[.text("role"), .text(role.role.rawValue)]]
        if let feature = role.feature {
            rows.append([.text("its tokens by feature"), .text(feature)])
            rows += [
                role.featureReduction.map { [.text("share of the effect’s variance"), .text(ReportWords.strength(ofExplanation: $0))] },
                row("difference of the mean cosine", role.featureDifference), row("Welch’s t of the difference", role.featureT),
            ].compactMap(\.self)
        }
        return [
            CardSection(
                id: "role", heading: "What it does to the next token",
                sentences: role.feature == nil
                    ? [] : ["The feature is what the tokens that it moves have in common; their cosines with w_out are its effect."],
                rows: rows)
        ]
    }

    /// The tokens that it moves, and those that it reads.
    static func vocabulary(_ neuron: NeuronInspection) -> [CardSection] {
        (neuron.vocabulary ?? []).map { effect in
            let isOutput = effect.weights == .output
            func row(_ name: String, _ tokens: [TokenEffect.Token]) -> [CardSection.Cell] {
                let cosines = [tokens.first, tokens.last].compactMap { $0 }.map { NumberFormat.fixed(Double($0.cosine), 3) }
                return [.text(name), .text(cosines.joined(separator: " to ")), .tokens(tokens.map(ReportedToken.init))]
            }
            let moments = [
                ("mean", effect.mean), ("variance", effect.variance), ("skewness", effect.skewness), ("kurtosis", effect.kurtosis),
            ].compactMap { name, value in value.map { "\(name) \(NumberFormat.significant($0))" } }
            let whose = isOutput ? "w_out with the \(effect.matrix)" : "w_in with the \(effect.matrix)"
            return CardSection(
                id: isOutput ? "output" : "input",
                heading: isOutput ? "Tokens that its output raises and lowers" : "Tokens that its input reads",
                sentences: [
                    "Cosines of \(whose) over the whole vocabulary" + (moments.isEmpty ? "." : ": \(moments.joined(separator: ", ")).")
                ],
                columns: ["", "cosine", "tokens"],
                rows: [row(isOutput ? "raises" : "rises with", effect.highest), row(isOutput ? "lowers" : "falls with", effect.lowest)])
        }
    }

    /// The cliques that it is in.
    static func cliques(_ neuron: NeuronInspection) -> [CardSection] {
        guard let cliques = neuron.cliques, !cliques.isEmpty else { return [] }
        return [
            CardSection(
                id: "cliques", heading: "Cliques: \(noun(neuron))s that are each other’s best partners",
                columns: ["models", "smallest correlation", "\(noun(neuron))s"],
                rows: cliques.map { clique in
                    [
                        .text("\(clique.size)"), .text(NumberFormat.fixed(clique.strength, 3)),
                        .text(clique.members.joined(separator: " ")),
                    ]
                })
        ]
    }

    /// What the tokens of each domain alone say.
    static func domains(_ neuron: NeuronInspection) -> [CardSection] {
        guard let domains = neuron.domains, !domains.isEmpty else { return [] }
        return [
            CardSection(
                id: "domains", heading: "Domains",
                sentences: ["Over the tokens of each domain alone."],
                columns: ["domain", "excess correlation", "universal there"],
                rows: domains.map { domain in
                    [
                        .text(domain.domain), .text(domain.excess.map { figure($0, error: domain.standardError) } ?? ""),
                        .text(domain.isUniversal.map { $0 ? "yes" : "no" } ?? "too few tokens to tell"),
                    ]
                })
        ]
    }

    /// The tokens at which it was most active.
    static func tokens(_ neuron: NeuronInspection) -> [CardSection] {
        // A dozen shows the pattern; JSON has all.
        let tokens = (neuron.tokens ?? []).prefix(12)
        guard !tokens.isEmpty else { return [] }
        return [
            CardSection(
                id: "tokens", heading: "Tokens of its highest activations", columns: ["activation", "token"],
                rows: tokens.map { [.text(NumberFormat.fixed(Double($0.value), 3)), .tokens([ReportedToken($0.text)])] })
        ]
    }

    /// The tokens at which it was most active on average.
    static func means(_ neuron: NeuronInspection) -> [CardSection] {
        // What would read 0.000, and what is below, is not activity: where few tokens count often enough, the rest of them would fill the list.
        let tokens = (neuron.means ?? []).prefix(12).filter { $0.value >= 0.0005 }
        guard !tokens.isEmpty else { return [] }
        return [
            CardSection(
                id: "means", heading: "Tokens of its highest mean activations",
                sentences: ["Of tokens that count at least \(TokenMeans.leastCount) times, those at which it is active on average."],
                columns: ["mean activation", "times", "token"],
                rows: tokens.map { token in
                    [
                        .text(NumberFormat.fixed(Double(token.value), 3)), .text("\(token.count)"), .tokens([ReportedToken(token.text)]),
                    ]
                })
        ]
    }

    /// Where it is strongly active.
    static func examples(_ neuron: NeuronInspection) -> [CardSection] {
        guard !neuron.examples.isEmpty else { return [] }
        return [
            CardSection(
                id: "examples", heading: "Where it is most active",
                sentences: ["The token of each activation is marked within its text."],
                columns: ["activation", "domain", "row, position", "text"],
                rows: neuron.examples.map { example in
                    [
                        .text(NumberFormat.fixed(Double(example.value), 3)), .text(example.domain ?? ""),
                        .text("\(example.row), \(example.position)"),
                        .context(
                            before: example.before, token: example.token, after: example.after, isText: example.isText ?? true),
                    ]
                })
        ]
    }
}
