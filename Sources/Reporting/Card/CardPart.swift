/// A section of a neuron's card as its page's template names it.
struct CardPart {
    /// A column's head.
    struct Column {
        let name: String
        let isText: Bool
    }

    /// A row of the table.
    struct Row {
        let cells: [Cell]
    }

    /// A cell, as HTML; `name` is its column's, for screens that have no room for columns.
    struct Cell {
        let html: String
        let name: String?
        let isHead: Bool
        let isText: Bool
        /// Whether it needs a line of its own on such a screen.
        let isLong: Bool
    }

    let id, heading: String
    let sentences: [String]
    let columns: [Column]
    let rows: [Row]
    /// What is drawn from the section. Not `figure`: that is the name of a template.
    let plot: FigureView?
    // Stored, not computed: the template engine sees stored properties only.
    let hasColumns: Bool
    /// Whether the table takes the page's whole width.
    let isSpread: Bool

    /// A section. Where it names columns of a table their meaning has a column of its own.
    init(_ section: CardSection, plot: FigureView? = nil) {
        (id, heading, self.plot) = (section.id, section.heading, plot)
        sentences = section.sentences + Self.signs(in: section.rows)
        hasColumns = !section.columns.isEmpty
        var (names, cells): ([String?], [[CardSection.Cell]]) = (section.columns, section.rows)
        let meanings = section.rows.map { row -> String? in
            guard case .column(let name)? = row.first else { return nil }
            return ColumnWords.meaning(of: name)
        }
        if meanings.contains(where: { $0 != nil }) {
            if hasColumns { names.append(nil) }
            cells = zip(cells, meanings).map { $0 + [.text($1 ?? "")] }
        }
        let width = cells.map(\.count).max() ?? 0
        // Numbers stand at the right, as everywhere on the report's pages, and the head of their column with them.
        let areText = (0..<width).map { column in cells.contains { column < $0.count && Self.isText($0[column]) } }
        let areLong = (0..<width).map { column in column > 0 && cells.contains { column < $0.count && Self.isLong($0[column]) } }
        columns = names.enumerated().map { Column(name: $0.element ?? "what it is", isText: $0.offset < width && areText[$0.offset]) }
        rows = cells.map { row in
            Row(
                cells: row.enumerated().map { column, cell in
                    let isHead = column == 0 && areText[0]
                    return Cell(
                        html: Self.html(cell), name: names.indices.contains(column) && !isHead && !cell.isEmpty ? names[column] : nil,
                        isHead: isHead, isText: areText[column], isLong: areLong[column])
                })
        }
        isSpread = areLong.contains(true)
    }

    /// What the signs mean that stand for invisible characters.
    private static func signs(in rows: [[CardSection.Cell]]) -> [String] {
        for cell in rows.joined() {
            switch cell {
            case .context(_, _, _, isText: true): return ["↵ is a line break, ⇥ a tab, · a space within the token."]
            case .tokens(let tokens) where tokens.contains(where: \.isText):
                return ["· is a space; bytes that are a part of a character stand between ⟨ and ⟩."]
            default: continue
            }
        }
        return []
    }

    private static func isText(_ cell: CardSection.Cell) -> Bool {
        switch cell {
        case .number: false
        case .text(let text): text.contains { $0.isLetter || $0 == "," }
        case .column, .tokens, .context: true
        }
    }

    /// Whether a cell has more to show than a few words.
    private static func isLong(_ cell: CardSection.Cell) -> Bool {
        switch cell {
        case .number, .column: false
        case .text(let text): text.unicodeScalars.count > 32
        case .tokens(let tokens): tokens.count > 1
        case .context: true
        }
    }

    private static func html(_ cell: CardSection.Cell) -> String {
        switch cell {
        case .text(let text): Markup.escaped(VisibleText.plain(text, limit: 400))
        case .number(let number):
            number == number.rounded() && abs(number) < 1e15 ? NumberFormat.integer(Int(number)) : NumberFormat.significant(number)
        case .column(let name): "<code>\(Markup.escaped(VisibleText.plain(name, limit: 60)))</code>"
        case .tokens(let tokens): tokens.map(\.markup).joined(separator: " ")
        case .context(let before, let token, let after, let isText):
            "<bdi>\(ListedNeurons.context(before, token, after, isText: isText, limits: (280, 120)))</bdi>"
        }
    }
}
