import Analysis
import Pipeline

/// A neuron's card as one self-contained HTML page in the report's style: no request leaves it, and no script runs.
///
/// ```swift
/// let html = try NeuronCardPage(card, run: "demo").html()
/// ```
public struct NeuronCardPage {
    private let card: NeuronCard
    private let run: String
    private let links: [PageLink]

    /// A page.
    ///
    /// - Parameter run: the run's name.
    public init(_ card: NeuronCard, run: String) { self.init(card, run: run, links: []) }

    /// A page among others.
    ///
    /// - Parameter links: where it leads to.
    init(_ card: NeuronCard, run: String, links: [PageLink]) { (self.card, self.run, self.links) = (card, run, links) }

    /// What the template names, as text.
    private struct View {
        let title, run, sentence, style: String
        let notice: String?
        /// What a column is, and what several are.
        let noun, nouns: String
        let links: [PageLink]
        // Stored, not computed: the template engine sees stored properties only.
        let hasLinks: Bool
        let tiles: [PageView.Tile]
        let parts: [CardPart]
        let absences: Absences?
    }

    /// What the run does not say, as HTML.
    private struct Absences {
        let sentences: [String]
    }

    /// The page's text, UTF-8 when written; the same card gives the same bytes.
    ///
    /// - Throws: `ReportingError.template`, which would be a fault of the program.
    public func html() throws -> String { try html(with: ReportTemplates()) }

    /// The same with templates that are read already.
    func html(with templates: ReportTemplates) throws -> String {
        var plots: [String: FigureView] = [:]
        for section in card.sections {
            switch section.id {
            case "positions": plots[section.id] = positions(number: plots.count + 1)
            case "figures": plots[section.id] = percentiles(number: plots.count + 1)
            default: continue
            }
        }
        let view = View(
            title: Self.capitalised(VisibleText.plain(card.title, limit: 80)), run: VisibleText.plain(run, limit: 120),
            sentence: sentence, style: templates.style, notice: card.notice.map { VisibleText.plain($0, limit: 1000) },
            noun: NeuronCard.noun(card.inspection), nouns: "\(NeuronCard.noun(card.inspection))s", links: links, hasLinks: !links.isEmpty,
            tiles: tiles, parts: card.sections.map { CardPart($0, plot: plots[$0.id]) },
            absences: card.absences.isEmpty ? nil : Absences(sentences: card.absences.map(Markup.sentence)))
        return try templates.render(view, with: "card")
    }

    /// The verdict, with what it is made from.
    private var sentence: String {
        let columns = card.inspection.columns
        guard let excess = columns["excess_corr"]?.number, let best = columns["mean_corr"]?.number else {
            return "\(Self.capitalised(card.verdict))."
        }
        let verdict = columns["universal"]?.number.map { $0 == 1 ? "Universal: its" : "Not universal: its" } ?? "Its"
        let models = card.inspection.partners?.map(\.model) ?? []
        let whose =
            switch models.count {
            case 0: "best partners in the other models"
            case 1: "best partner in \(ReportWords.list(models))"
            default: "best partners in \(ReportWords.list(models))"
            }
        let above = NeuronCard.figure(excess, error: columns["excess_corr_se"]?.number)
        return "\(verdict) correlation with the \(whose), \(NumberFormat.fixed(best, 3))\(models.count == 1 ? "" : " on average"), is "
            + "\(above) above what randomly rotated layers give."
    }

    private var tiles: [PageView.Tile] {
        let columns = card.inspection.columns
        var tiles: [PageView.Tile] = []
        if let excess = columns["excess_corr"]?.number {
            tiles.append(
                PageView.Tile(
                    label: "Excess correlation", value: NeuronCard.figure(excess, error: columns["excess_corr_se"]?.number),
                    note: (columns["universal"]?.number == 1 ? "universal" : "not universal")
                        + (columns["excess_corr_se"]?.number == nil ? "" : "; ± one standard error")))
        }
        if let best = columns["mean_corr"]?.number {
            let baseline = columns["mean_baseline"]?.number.map { "baseline \(NumberFormat.fixed($0, 3)); " } ?? ""
            let models = card.inspection.partners.map { "mean over \(ReportWords.count($0.count, "model"))" } ?? "mean over models"
            tiles.append(PageView.Tile(label: "Best correlation", value: NumberFormat.fixed(best, 3), note: baseline + models))
        }
        if let explanation = card.inspection.explanations?.first {
            let strength = explanation.score.map { ", \(ReportWords.strength(ofExplanation: $0))" } ?? ""
            let negation = (explanation.correlation ?? 0) < 0 ? FeatureExplanations.negation : ""
            tiles.append(
                PageView.Tile(
                    label: "Family", value: VisibleText.plain(explanation.family ?? "–", limit: 30),
                    note: VisibleText.plain(negation + explanation.feature, limit: 60) + strength))
        }
        if let role = card.inspection.role {
            tiles.append(
                PageView.Tile(
                    label: "Role", value: role.role.rawValue,
                    note: role.feature.map { "its tokens: \(VisibleText.plain($0, limit: 60))" } ?? "by its effect on the vocabulary"))
        }
        return tiles
    }

    /// Where the neuron's figures stand within its layer, in the order of the table.
    private func percentiles(number: Int) -> FigureView? {
        guard let percentiles = card.inspection.percentiles else { return nil }
        let known = card.inspection.order.compactMap { name in percentiles[name].map { (name: name, value: $0) } }
        guard !known.isEmpty else { return nil }
        let caption =
            "Where the \(NeuronCard.noun(card.inspection))’s figures stand within its layer: 0 is the layer’s lowest, 100 its highest."
        let plot = IntervalPlot(
            rows: known.map { .init(label: $0.name, some: .init(value: $0.value)) }, some: "percentile", style: "fill-main")
        return FigureView(
            number: number, id: "figure-percentiles",
            svg: plot.svg(
                id: "percentiles", title: "Percentiles within the layer", description: caption, axis: "percentile within the layer"),
            caption: caption, columns: ["figure", "percentile"], rows: known.map { [$0.name, NumberFormat.fixed($0.value, 1)] },
            isWide: true)
    }

    /// In what share of rows it fires at each position.
    private func positions(number: Int) -> FigureView? {
        guard let profile = card.inspection.positions else { return nil }
        let plot = PositionPlot(profile)
        guard plot.points.count > 1 else { return nil }
        let caption =
            "The share of rows in which the neuron’s pre-activation is above 0, by position"
            + (plot.positions > 1 ? ", over \(plot.positions) positions a point." : ".")
        return FigureView(
            number: number, id: "figure-positions", svg: plot.svg(id: "positions-plot", description: caption), caption: caption,
            columns: ["position", "share of rows"],
            rows: plot.points.map { [NumberFormat.integer($0.position), NumberFormat.percent($0.share, 1)] }, isWide: true)
    }

    private static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
