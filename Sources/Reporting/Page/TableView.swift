/// A section's table as the template shows it: words at the left of their columns, numbers at the right.
struct TableView {
    /// A column's name, or a text of a row.
    struct Cell {
        let text: String
        let isText: Bool
    }

    /// A row.
    struct Row {
        let cells: [Cell]
    }

    let id: String
    let title: String
    let heading: String
    let sentences: [String]
    let columns: [Cell]
    let rows: [Row]

    init(_ table: ReportedTable) {
        (id, title, heading, sentences) = (table.id, table.title, table.heading, table.sentences)
        // A number may have words behind it, and stand for nothing: a column is text where one of its cells begins with a letter.
        let isText = table.columns.indices.map { column in table.rows.contains { $0[column].first?.isLetter == true } }
        func cells(_ texts: [String]) -> [Cell] { zip(texts, isText).map(Cell.init) }
        columns = cells(table.columns)
        rows = table.rows.map { Row(cells: cells($0)) }
    }
}
