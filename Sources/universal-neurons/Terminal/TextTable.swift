/// Lines of name and value, the values beneath each other.
struct TextTable {
    private var rows: [(name: String, value: String)] = []

    /// Adds a line; an empty name continues the line above.
    mutating func add(_ name: String, _ value: String) { rows.append((name, value)) }

    /// The lines, each ended by a line feed.
    var text: String {
        let width = rows.map(\.name.count).max() ?? 0
        return rows.map { row in
            row.name + String(repeating: " ", count: width - row.name.count + 2) + row.value + "\n"
        }.joined()
    }
}
