/// The figures of roles, and of where universal neurons stand.
extension ReportFigures {
    /// The depth profile of roles among all neurons, and among the universal ones where some of them have one.
    mutating func roleProfiles() -> [FigureView] {
        guard let roles = content.roles, roles.roles.contains(where: { $0.all.contains { $0 > 0 } }) else { return [] }
        let hasUniversal = roles.roles.contains { $0.universal.contains { $0 > 0 } }
        var figures = [
            profile(
                roles, id: "roles-all", whose: "all neurons", counts: \.all, totals: roles.neuronsByLayer,
                ending: hasUniversal ? "" : " No universal neuron has a role.")
        ]
        if hasUniversal {
            figures.append(
                profile(
                    roles, id: "roles-universal", whose: "universal neurons", counts: \.universal, totals: roles.universalByLayer,
                    ending: ""))
        }
        return figures
    }

    /// Shares of a layer for all neurons, which are as many in each; counts for universal ones, of which a layer may have few.
    private mutating func profile(
        _ roles: ReportedRoles, id: String, whose: String, counts: KeyPath<ReportedRoles.Role, [Int]>, totals: [Int], ending: String
    ) -> FigureView {
        let areShares = counts == \ReportedRoles.Role.all
        let lines = roles.roles.map { role in
            DepthProfile.Line(
                name: role.name,
                values: zip(role[keyPath: counts], totals).map { count, total in
                    areShares ? (total > 0 ? Double(count) / Double(total) : .nan) : Double(count)
                })
        }
        let names = ReportWords.list(roles.roles.map(\.name))
        let caption =
            "\(areShares ? "Share" : "Number") of \(names) neurons among \(whose) of each layer of model \(content.reference).\(ending)"
        let plot = DepthProfile(lines: lines, areShares: areShares)
        let svg = plot.svg(
            id: id, title: "Roles by layer, \(whose)", description: caption, layer: "layer of model \(content.reference)",
            value: areShares ? "share of the layer’s neurons" : "universal neurons")
        let rows = totals.indices.map { layer in
            ["\(layer)", NumberFormat.integer(totals[layer])]
                + roles.roles.map { role in
                    let found = role[keyPath: counts]
                    return found.indices.contains(layer) ? NumberFormat.integer(found[layer]) : "–"
                }
        }
        return FigureView(
            number: next(), id: "figure-\(id)", svg: svg, caption: caption,
            columns: ["layer", whose] + roles.roles.map { VisibleText.plain($0.name, limit: 40) }, rows: rows, isWide: plot.isWide)
    }

    /// Where universal neurons stand within their layers by the paper's figures.
    mutating func contrasts() -> FigureView? {
        guard let contrasts = content.contrasts, let first = contrasts.figures.first else { return nil }
        let count = first.chosen?.count ?? 0
        let some = contrasts.areUniversal ? "universal neurons" : "highest excess"
        let whose = contrasts.areUniversal ? "universal neurons" : "neurons of highest excess, those of the table,"
        let caption =
            "Mean percentile within the layer of the \(NumberFormat.integer(count)) \(whose) and of all others of model \(content.reference), by each figure from 0 for the layer’s lowest to 100 for its highest, with 95 % "
            + "intervals: Student’s t over neurons, as if they were independent of each other."
            + (contrasts.areUniversal ? "" : " \(tooFewUniversal)")
        let plot = IntervalPlot(
            rows: contrasts.figures.map { figure in
                IntervalPlot.Row(
                    label: Self.names[figure.name] ?? figure.name,
                    some: figure.chosen.map { IntervalPlot.Point(value: $0.mean, reach: $0.reach) },
                    others: figure.others.map { IntervalPlot.Point(value: $0.mean, reach: $0.reach) })
            }, some: some, others: "all others", style: contrasts.areUniversal ? "fill-mark" : "fill-some")
        let svg = plot.svg(
            id: "contrasts", title: "Universal neurons against others", description: caption, axis: "mean percentile within the layer")
        let rows = contrasts.figures.map { figure in
            [figure.name]
                + [figure.chosen, figure.others].flatMap { interval in
                    [
                        interval.map { NumberFormat.integer($0.count) } ?? "–",
                        interval.map { interval in
                            NumberFormat.fixed(interval.mean, 1) + (interval.reach.map { " ± \(NumberFormat.fixed($0, 1))" } ?? "")
                        } ?? "–",
                    ]
                }
        }
        return FigureView(
            number: next(), id: "figure-contrasts", svg: svg, caption: caption,
            columns: ["column of percentiles.csv", some, "mean", "all others", "mean"], rows: rows, isWide: true)
    }

    /// The figures' columns in words.
    private static let names = [
        "sparsity": "activation sparsity", "mean": "activation mean", "skew": "activation skewness", "kurt": "activation kurtosis",
        "input_bias": "input bias", "in_out_sim": "cos(w_in, w_out)", "l2_penalty": "squared norms", "vocab_kurt": "vocabulary kurtosis",
    ]

    /// Why the neurons of highest excess stand in the place of universal ones.
    var tooFewUniversal: String {
        switch Int(content.universal.value) {
        case 0: "No \(content.columns.noun) is universal, so those of highest excess stand for the strong ones."
        case 1: "One \(content.columns.noun) alone is universal, so those of highest excess stand for the strong ones."
        case let count:
            "Only \(NumberFormat.integer(count)) \(content.columns.nouns) are universal, too few for shares and means, so those of highest "
                + "excess stand for the strong ones."
        }
    }
}
