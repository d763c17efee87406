import Pipeline

/// A neuron's card as one self-contained HTML page in the report's style: no request leaves it, and no script runs.
///
/// ```swift
/// let html = try NeuronCardPage(card, run: "demo").html()
/// ```
public struct NeuronCardPage {
    private let card: NeuronCard
    private let run: String

    /// A page.
    ///
    /// - Parameter run: the run's name.
    public init(_ card: NeuronCard, run: String) {
        self.card = card
        self.run = run
    }

    /// What the template names, as text.
    private struct View {
        let title, run, verdict, style: String
        let tiles: [PageView.Tile]
        let percentiles: FigureView?
        let parts: [Part]
    }

    /// A section.
    private struct Part {
        let id, heading: String
        let sentences: [String]
        let columns: [String]
        let hasColumns: Bool
        let rows: [Row]
    }

    /// A row of its table.
    private struct Row {
        let cells: [Cell]
    }

    /// A cell, as HTML.
    private struct Cell {
        let html: String
        let isText: Bool
    }

    /// The page's text, UTF-8 when written; the same card gives the same bytes.
    ///
    /// - Throws: `ReportingError.template`, which would be a fault of the program.
    public func html() throws -> String {
        let templates = try ReportTemplates()
        let view = View(
            title: Self.capitalised(VisibleText.plain(card.title, limit: 80)), run: VisibleText.plain(run, limit: 120),
            verdict: Self.capitalised(card.verdict), style: templates.style, tiles: tiles, percentiles: percentiles(),
            parts: card.sections.map(Self.part))
        return try templates.render(view, with: "card")
    }

    private var tiles: [PageView.Tile] {
        let columns = card.inspection.columns
        var tiles: [PageView.Tile] = []
        if let excess = columns["excess_corr"]?.number {
            tiles.append(
                PageView.Tile(
                    label: "Excess correlation", value: NeuronCard.figure(excess, error: columns["excess_corr_se"]?.number),
                    note: columns["universal"]?.number == 1 ? "universal" : "not universal"))
        }
        if let best = columns["mean_corr"]?.number {
            let baseline = columns["mean_baseline"]?.number.map { "baseline \(NumberFormat.fixed($0, 3))" }
            tiles.append(PageView.Tile(label: "Best correlation", value: NumberFormat.fixed(best, 3), note: baseline ?? "mean over models"))
        }
        if let explanation = card.inspection.explanations?.first {
            tiles.append(
                PageView.Tile(
                    label: "Family", value: VisibleText.plain(explanation.family ?? "–", limit: 30),
                    note: VisibleText.plain(explanation.feature, limit: 60)))
        }
        if let role = card.inspection.role {
            tiles.append(
                PageView.Tile(
                    label: "Role", value: role.role.rawValue, note: VisibleText.plain(role.feature ?? "by its vocabulary effect", limit: 60)
                ))
        }
        return tiles
    }

    /// Where the neuron's figures stand within its layer, in the order of the table.
    private func percentiles() -> FigureView? {
        guard let percentiles = card.inspection.percentiles else { return nil }
        let known = card.inspection.order.compactMap { name in percentiles[name].map { (name: name, value: $0) } }
        guard !known.isEmpty else { return nil }
        let caption = "Where the neuron’s figures stand within its layer: 0 is the layer’s lowest, 100 its highest."
        let plot = IntervalPlot(
            rows: known.map { .init(label: $0.name, some: .init(value: $0.value)) }, some: "percentile", style: "fill-main")
        return FigureView(
            number: 1, id: "figure-percentiles",
            svg: plot.svg(
                id: "percentiles", title: "Percentiles within the layer", description: caption, axis: "percentile within the layer"),
            caption: caption, columns: ["figure", "percentile"], rows: known.map { [$0.name, NumberFormat.fixed($0.value, 1)] },
            isWide: true)
    }

    private static func part(_ section: CardSection) -> Part {
        Part(
            id: section.id, heading: section.heading, sentences: section.sentences, columns: section.columns,
            hasColumns: !section.columns.isEmpty,
            rows: section.rows.map { Row(cells: $0.enumerated().map { cell($0.element, isFirst: $0.offset == 0) }) })
    }

    private static func cell(_ cell: CardSection.Cell, isFirst: Bool) -> Cell {
        switch cell {
        case .text(let text):
            let plain = VisibleText.plain(text, limit: 400)
            // Numbers stand at the right, as everywhere on the report's pages.
            return Cell(html: Markup.escaped(plain), isText: isFirst || plain.contains { $0.isLetter } || plain.contains(","))
        case .tokens(let tokens):
            return Cell(html: tokens.map(\.markup).joined(separator: " "), isText: true)
        case .context(let before, let token, let after, let isText):
            return Cell(html: "<bdi>\(ListedNeurons.context(before, token, after, isText: isText, limits: (280, 120)))</bdi>", isText: true)
        }
    }

    private static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
