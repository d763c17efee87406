import Pipeline

/// Makes the report's figures, numbered in the order in which they are asked for.
struct ReportFigures {
    let content: ReportContent
    private var count = 0

    init(_ content: ReportContent) { self.content = content }

    mutating func next() -> Int {
        count += 1
        return count
    }

    private var names: ColumnNames { content.columns }
    private var others: String { ReportWords.list(content.others) }
    private var isPair: Bool { content.others.count == 1 }

    /// Best correlations against the baseline.
    mutating func histogram() -> FigureView? {
        let population = content.population
        guard !population.excess.isEmpty else { return nil }
        let plot = HistogramPlot(
            values: population.bestCorrelation, isMarked: population.excess.map { Double($0) > content.threshold },
            baseline: population.baseline, nouns: names.nouns, title: isPair ? "best correlation" : HistogramPlot.meanTitle)
        let medians = [population.bestCorrelation, population.baseline].map { values in
            let sorted = values.filter { $0.isFinite }.sorted()
            return sorted.isEmpty ? "–" : NumberFormat.fixed(StripPlot.quantile(sorted, 0.5), 3)
        }
        let caption =
            "Best correlation of each of the \(NumberFormat.integer(population.excess.count)) \(names.nouns) of model "
            + "\(content.reference) with a \(names.noun) of \(isPair ? "model \(others)" : "another model, mean over \(others)"); median "
            + "\(medians[0]). Dashed: the same against randomly rotated layers of \(isPair ? "that model" : "those models"); median "
            + "\(medians[1])."
        let (all, marked, base, _) = plot.bins
        let rows = all.counts.indices.map { bin in
            ["\(NumberFormat.fixed(all.edge(bin), 2))"] + [all, base, marked].map { NumberFormat.integer($0.counts[bin]) }
        }
        let svg = plot.svg(id: "histogram", title: "Histogram of best correlations and of the rotation baseline", description: caption)
        return FigureView(
            number: next(), id: "figure-histogram", svg: svg, caption: caption, columns: ["from", names.nouns, "baseline", "universal"],
            rows: rows)
    }

    /// Excess correlation in each layer.
    mutating func excess() -> FigureView? {
        let population = content.population
        guard !population.excess.isEmpty else { return nil }
        var values: [[Float]] = Array(repeating: [], count: (population.layer.max() ?? 0) + 1)
        for (layer, value) in zip(population.layer, population.excess) { values[layer].append(value) }
        var plot = StripPlot(
            groups: values.enumerated().map { ("\($0.offset)", $0.element) }, threshold: content.threshold, nouns: names.nouns)
        if plot.isWide { plot.dots = 16 }
        let caption =
            "Excess correlation (best correlation less baseline) by layer of model \(content.reference). Shape: all \(names.nouns) of the layer; box: "
            + "middle half and median; dots: the \(plot.dots) strongest \(names.nouns). Dashed line: the threshold of "
            + "\(NumberFormat.fixed(content.threshold, 2))."
        let rows = values.enumerated().map { layer, values in
            let sorted = values.filter { $0.isFinite }.sorted()
            return [String(layer), NumberFormat.integer(values.count)]
                + [0, 0.25, 0.5, 0.75, 0.95, 1].map { sorted.isEmpty ? "–" : NumberFormat.fixed(StripPlot.quantile(sorted, $0), 3) }
        }
        let svg = plot.svg(
            id: "excess", title: "Excess correlation by layer", description: caption, group: "layer of model \(content.reference)",
            value: "excess correlation")
        return FigureView(
            number: next(), id: "figure-excess", svg: svg, caption: caption,
            columns: ["layer", names.nouns, "lowest", "25 %", "median", "75 %", "95 %", "highest"], rows: rows, isWide: plot.isWide)
    }

    /// In which layer universal neurons are; `nil` where they are in several.
    private var layersInWords: String? {
        let found = content.layers.enumerated().filter { $0.element.universal.value > 0 }
        guard let only = found.first else { return "No \(names.noun) is universal, so there is nothing to count by layer." }
        guard found.count == 1 else { return nil }
        let count = NumberFormat.fixed(only.element.universal.value, 0)
        return "\(count == "1" ? "The only universal \(names.noun) is" : "All \(count) universal \(names.nouns) are") in layer "
            + "\(only.offset) of model \(content.reference)."
    }

    /// Universal neurons in each layer; where they are in one alone, the neurons of highest excess, for a single bar says little.
    mutating func layers() -> FigureView? {
        if let words = layersInWords { return listedLayers(words) }
        let layers = content.layers
        let hasErrors = layers.contains { $0.universal.standardError != nil }
        let caption =
            "Universal \(names.nouns) by layer of model \(content.reference)"
            + (hasErrors ? ", ± one standard error." : ".")
        let tooltips = layers.enumerated().map { layer, value in
            "layer \(layer): \(FigureText.count(value.universal)) of \(NumberFormat.integer(value.neurons))"
        }
        let chart = BarChart(bars: layers.enumerated().map { ("\($0.offset)", $0.element.universal) })
        let svg = chart.svg(
            id: "layers-plot", title: "Universal \(names.nouns) by layer", description: caption,
            category: "layer of model \(content.reference)",
            value: "universal \(names.nouns)", tooltips: tooltips)
        let rows = layers.enumerated().map { layer, value in
            [
                String(layer), NumberFormat.integer(value.neurons), NumberFormat.fixed(value.universal.value, 0),
                value.universal.standardError.map { NumberFormat.fixed($0, 2) } ?? "–",
                value.neurons == 0 ? "–" : NumberFormat.percent(value.universal.value / Double(value.neurons), 2),
            ]
        }
        return FigureView(
            number: next(), id: "figure-layers", svg: svg, caption: caption,
            columns: ["layer", names.nouns, "universal", "standard error", "share"], rows: rows, isWide: chart.isWide)
    }

    private mutating func listedLayers(_ words: String) -> FigureView? {
        let listed = content.layers.indices.map { layer in content.neurons.count { $0.layer == layer } }
        guard !content.neurons.isEmpty else { return nil }
        let caption =
            "\(words) The bars are the \(ReportWords.count(content.neurons.count, names.noun)) of highest excess, those of the table, by layer of "
            + "model \(content.reference)."
        let chart = BarChart(bars: listed.enumerated().map { ("\($0.offset)", ReportedFigure(Double($0.element))) }, style: "fill-some")
        let svg = chart.svg(
            id: "layers-plot", title: "\(names.capitalNouns) of highest excess by layer", description: caption,
            category: "layer of model \(content.reference)", value: "\(names.nouns) of highest excess",
            tooltips: listed.enumerated().map { "layer \($0.offset): \(ReportWords.count($0.element, names.noun))" })
        let rows = zip(content.layers, listed).enumerated().map { layer, value in
            [
                String(layer), NumberFormat.integer(value.0.neurons), NumberFormat.fixed(value.0.universal.value, 0),
                NumberFormat.integer(value.1),
            ]
        }
        return FigureView(
            number: next(), id: "figure-layers", svg: svg, caption: caption, columns: ["layer", names.nouns, "universal", "in the table"],
            rows: rows, isWide: chart.isWide)
    }

    /// Where the best partners lie.
    mutating func matches() -> FigureView? {
        guard let matches = content.matches, matches.rows > 0 else { return nil }
        let totals = (0..<matches.rows).map { row in
            matches.counts[row * matches.columns..<(row + 1) * matches.columns].reduce(0) { $0 + ($1 ?? 0) }
        }
        let shares = matches.counts.enumerated().map { index, count in
            let total = totals[index / matches.columns]
            return count.map { total > 0 ? $0 / total : 0 }
        }
        let all = totals.reduce(0, +)
        let near = { (reach: Int) -> Double in
            var sum = 0.0
            for row in 0..<matches.rows {
                for column in 0..<matches.columns where abs(row - column) <= reach {
                    sum += matches.counts[row * matches.columns + column] ?? 0
                }
            }
            return all > 0 ? sum / all : 0
        }
        let isPartial = shares.contains { $0 == nil }
        let caption =
            "Layer of the best partner\(isPair ? " in model \(others)" : ""), per cent of the reference layer’s \(names.nouns) (rows add up to 100)"
            + "\(isPair ? "" : ", over \(others)"). "
            + "\(NumberFormat.percent(near(0), 0)) of the best partners lie in the same layer, \(NumberFormat.percent(near(1), 0)) within one."
            + (matches.band.map { band in
                " Only layers at most \(band) apart were compared: partners and baselines are those within."
                    + (isPartial ? " Hatched: not computed." : "")
            } ?? "")
        let map = HeatMap(
            shares: shares, columns: matches.columns, rowTitle: "layer of model \(content.reference)",
            columnTitle: "layer of the best partner")
        let title = "Reference layer against layer of the best partner" + (isPartial ? "; hatched cells were not computed" : "")
        let svg = map.svg(id: "matches", title: title, description: caption) { row, column in
            let share = shares[row * matches.columns + column].map { NumberFormat.percent($0, 1) }
            return "layer \(row) → layer \(column): \(share ?? "not computed")"
        }
        let rows = (0..<matches.rows).map { row in
            [String(row)]
                + (0..<matches.columns).map { matches.counts[row * matches.columns + $0].map { NumberFormat.fixed($0, 0) } ?? "–" }
        }
        return FigureView(
            number: next(), id: "figure-matches", svg: svg, caption: caption,
            columns: ["layer"] + (0..<matches.columns).map { "→ \($0)" }, rows: rows, isWide: map.isWide)
    }

    /// Families among universal neurons and among all.
    mutating func families() -> FigureView? {
        guard !content.families.isEmpty else { return nil }
        // A share of a handful says nothing: then the table's neurons stand for the strong ones.
        let universalTotal = content.families.reduce(0) { $0 + $1.universal }
        let usesUniversal = universalTotal >= ReportContent.enoughUniversal
        let some = usesUniversal ? universalTotal : content.families.reduce(0) { $0 + $1.listed }
        let all = content.families.reduce(0) { $0 + $1.all }
        let name = usesUniversal ? "universal" : "highest excess"
        let caption =
            "Families by best-explaining feature, among the \(NumberFormat.integer(some)) "
            + (usesUniversal ? "universal \(names.nouns)" : "\(names.nouns) of highest excess, those of the table,") + " and among all "
            + "\(NumberFormat.integer(all)) of model \(content.reference). Numbers at the bars are \(names.nouns)."
            + (usesUniversal ? "" : " \(tooFewUniversal)")
        let shown = content.families.prefix(16).map { family in
            PairedBars.Category(label: family.name, some: usesUniversal ? family.universal : family.listed, all: family.all)
        }
        // The universal neurons' colour is theirs alone.
        let style = usesUniversal ? "fill-mark" : "fill-some"
        let svg = PairedBars(
            categories: Array(shown), some: (name, some), all: ("all \(names.nouns)", all), style: style, nouns: names.nouns
        ).svg(id: "families-plot", title: "Families of \(names.nouns)", description: caption)
        let rows = content.families.map { family in
            [VisibleText.plain(family.name, limit: 40)] + [family.universal, family.listed, family.all].map(NumberFormat.integer)
        }
        return FigureView(
            number: next(), id: "figure-families", svg: svg, caption: caption, columns: ["family", "universal", "in the table", "all"],
            rows: rows, isWide: true)
    }

    /// The universal count against tokens.
    mutating func convergence() -> FigureView? {
        let points = content.convergence
        guard !points.isEmpty else { return nil }
        let caption =
            "Universal \(names.nouns) found in the first replicates alone, ± one standard error by the jackknife over them"
            + (points.contains { $0.universal.standardError == nil } ? "; hollow: one replicate has no error." : ".")
        let tooltips = points.map { "\(NumberFormat.integer($0.tokens)) tokens: \(FigureText.count($0.universal))" }
        let svg = LinePlot(points: points.map { (Double($0.tokens), $0.universal) }).svg(
            id: "convergence", title: "Universal \(names.nouns) against tokens", description: caption, horizontal: "tokens counted",
            vertical: "universal \(names.nouns)", tooltips: tooltips)
        let rows = points.map { point in
            [
                String(point.replicates), NumberFormat.integer(point.tokens), NumberFormat.fixed(point.universal.value, 0),
                FigureText.countError(point.universal) ?? "–",
            ]
        }
        return FigureView(
            number: next(), id: "figure-convergence", svg: svg, caption: caption,
            columns: ["replicates", "tokens", "universal", "standard error"], rows: rows)
    }
}
