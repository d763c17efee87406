import Analysis

/// The authors' tables of neurons, made of a run's. Where its columns are no neurons but directions, their names stand in a column more.
struct AuthorsTables {
    /// All neurons, with the 22 columns.
    let neurons: String
    /// The universal neurons, with excess correlation as one column more.
    let universal: String

    init(_ table: NeuronTableFile) {
        let excess = "excess_corr"
        let names = NeuronTable.authorsColumns + (table.columns.contains("name") ? ["name"] : [])
        let columns = names.map { table.cells(of: $0) }
        let excesses = table.cells(of: excess)
        let isUniversal = table.cells(of: "universal")
        func line(_ row: Int) -> String { columns.map { $0?[row] ?? "" }.joined(separator: ",") }
        let header = names.joined(separator: ",")
        var neurons = header + "\n"
        var universal = "\(header),\(excess)\n"
        for row in table.rows.indices {
            let cells = line(row)
            neurons += cells + "\n"
            if isUniversal?[row] == "1" { universal += "\(cells),\(excesses?[row] ?? "")\n" }
        }
        self.neurons = neurons
        self.universal = universal
    }
}
