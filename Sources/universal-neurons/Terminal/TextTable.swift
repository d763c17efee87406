import Diagnostics

/// Columns of text beneath each other, the last one ragged.
struct TextTable {
    private let columns: Int
    private var rows: [[String]] = []

    /// A table of so many columns.
    init(columns: Int = 2) { self.columns = columns }

    /// Adds a line; cells that are not given are empty. Control characters in them are written as escapes.
    mutating func add(_ cells: String...) { add(row: cells) }

    /// The same with cells that nobody counted; those beyond the columns are left out.
    mutating func add(row cells: [String]) {
        rows.append(cells.prefix(columns).map { $0.printable() } + Array(repeating: "", count: max(0, columns - cells.count)))
    }

    /// The lines, each ended by a line feed.
    var text: String {
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
