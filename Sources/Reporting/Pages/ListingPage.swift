import Pipeline
import Storage

/// A page that lists neurons, any number of them: it is written piece by piece, so that memory holds some rows of it.
struct ListingPage {
    /// What is counted before the list, a row a page that it leads to.
    struct Counts {
        let id, heading: String
        let columns: [String]
        let entries: [Count]
    }

    /// A row of counts.
    struct Count {
        let href, text: String
        let cells: [String]
    }

    /// What the list is sorted by, the highest first.
    enum Order {
        /// By the excess correlation.
        case excess
        /// By the share of the variance that the best feature explains.
        case explanation
    }

    /// The run's name, and what its columns are called.
    let run: String
    let names: ColumnNames
    /// The page's title and what it says first.
    let title, sentence: String
    /// What the run's results do without.
    var notice: String?
    /// Where it leads to.
    var links: [PageLink] = []
    var counts: Counts?
    /// The list's heading, and which neurons it has.
    let heading, note: String
    /// The neurons, in the order of the list.
    let entries: [NeuronEntry]
    let order: Order
    /// Whether they are of several families, or models.
    var hasFamilies = true
    var hasModels = false
    /// A neuron's card, counted from the page's folder; nil where it has none.
    let card: (NeuronEntry) -> String?

    /// Rows that are rendered at a time.
    private static let pieceRows = 500

    /// What the template of the page's beginning names, as text.
    private struct Beginning {
        let title, run, sentence, style, scriptHash: String
        let notice: String?
        let noun, nouns: String
        let links: [PageLink]
        // Stored, not computed: the template engine sees stored properties only.
        let hasLinks: Bool
        let counts: Counts?
        let heading, note: String
        let hasRows: Bool
        let layers, families, roles: [String]
        let hasFamilies, hasRoles, isMixed: Bool
        let heads: [Head]
    }

    /// The head of a column after the first.
    private struct Head {
        let name: String
        let isText, isSorted: Bool
    }

    /// Rows of the list.
    private struct Rows {
        let rows: [NeuronView]
    }

    /// The page's end.
    private struct Ending {
        let script: String
        let hasRows: Bool
    }

    /// The entries in an order; equal ones by model, layer and number.
    static func sorted(_ entries: [NeuronEntry], by order: Order) -> [NeuronEntry] {
        func rank(_ entry: NeuronEntry) -> Double {
            (order == .excess ? entry.excess : entry.explanation?.score) ?? -.infinity
        }
        return entries.enumerated().sorted { one, other in
            let ranks = (rank(one.element), rank(other.element))
            return ranks.0 != ranks.1 ? ranks.0 > ranks.1 : one.offset < other.offset
        }.map(\.element)
    }

    /// Writes the page, UTF-8; the same content gives the same bytes.
    ///
    /// - Throws: `ReportingError.template`, which would be a fault of the program; a `StorageError`.
    func write(to file: inout DurableFile.Writer, with templates: ReportTemplates) throws {
        try file.write(templates.render(beginning(templates), with: "listing"))
        for first in stride(from: 0, to: entries.count, by: Self.pieceRows) {
            let rows = entries[first..<min(first + Self.pieceRows, entries.count)].map(view)
            try file.write(templates.render(Rows(rows: rows), with: "rows"))
        }
        try file.write(templates.render(Ending(script: templates.script, hasRows: !entries.isEmpty), with: "ending"))
    }

    private var hasRoles: Bool { entries.contains { $0.role != nil } }
    private var hasExplanations: Bool { entries.contains { $0.explanation != nil } }

    private func beginning(_ templates: ReportTemplates) -> Beginning {
        let families = hasFamilies && hasExplanations ? Set(entries.compactMap { $0.explanation?.family }).sorted() : []
        return Beginning(
            title: VisibleText.plain(title, limit: 120), run: VisibleText.plain(run, limit: 120), sentence: sentence,
            style: templates.style, scriptHash: templates.scriptHash, notice: notice.map { VisibleText.plain($0, limit: 1000) },
            noun: names.noun, nouns: names.nouns, links: links, hasLinks: !links.isEmpty, counts: counts, heading: heading, note: note,
            hasRows: !entries.isEmpty, layers: Set(entries.map(\.layer)).sorted().map(String.init),
            families: families.map { VisibleText.plain($0, limit: 40) },
            roles: Set(entries.compactMap(\.role)).sorted().map { VisibleText.plain($0, limit: 40) }, hasFamilies: !families.isEmpty,
            hasRoles: hasRoles, isMixed: Set(entries.map { $0.isUniversal == true }).count == 2, heads: heads)
    }

    private var heads: [Head] {
        var heads = [
            Head(name: "excess", isText: false, isSorted: order == .excess), Head(name: "best", isText: false, isSorted: false),
            Head(name: "baseline", isText: false, isSorted: false),
        ]
        if hasModels { heads.append(Head(name: "model", isText: true, isSorted: false)) }
        if hasExplanations {
            if hasFamilies { heads.append(Head(name: "family", isText: true, isSorted: false)) }
            heads.append(Head(name: "explanation", isText: false, isSorted: order == .explanation))
        }
        if hasRoles { heads.append(Head(name: "role", isText: true, isSorted: false)) }
        return heads
    }

    private func view(of entry: NeuronEntry) -> NeuronView {
        func figure(_ label: String, _ value: Double?, note: String? = nil) -> NeuronView.Cell {
            NeuronView.Cell(
                label: label, text: value.map { NumberFormat.fixed($0, 3) } ?? "–", value: value.map(NumberFormat.sortable) ?? "",
                note: note)
        }
        func text(_ label: String, _ text: String) -> NeuronView.Cell {
            NeuronView.Cell(label: label, text: text.isEmpty ? "–" : text, value: text, isText: true)
        }
        let family = entry.explanation?.family.map { VisibleText.plain($0, limit: 40) } ?? ""
        let role = entry.role.map { VisibleText.plain($0, limit: 40) } ?? ""
        var cells = [
            figure("excess", entry.excess, note: entry.excess == nil ? nil : entry.excessError.map { "± \(NumberFormat.fixed($0, 3))" }),
            figure("best", entry.correlation), figure("baseline", entry.baseline),
        ]
        if hasModels { cells.append(text("model", VisibleText.plain(entry.model, limit: 40))) }
        if hasExplanations {
            if hasFamilies { cells.append(text("family", family)) }
            let score = entry.explanation?.score
            cells.append(
                NeuronView.Cell(
                    label: "explanation", text: entry.explanation.map { VisibleText.plain(ReportWords.feature($0), limit: 90) } ?? "–",
                    value: score.map(NumberFormat.sortable) ?? "", note: score.map(ReportWords.strength), isText: true))
        }
        if hasRoles { cells.append(text("role", role)) }
        return NeuronView(
            name: entry.name, href: card(entry), layer: String(entry.layer), family: family, role: role,
            order: String(entry.layer * 1_000_000 + entry.neuron), isUniversal: entry.isUniversal == true, cells: cells, effect: nil,
            span: String(cells.count + 1))
    }
}
