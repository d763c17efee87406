import Analysis
import SystemPackage

/// The rows that a table beside `neurons.csv` has for one neuron, as they are.
public struct TableExcerpt: Codable, Sendable {
    /// The table's file name.
    public let table: String
    /// What the rows say.
    public let title: String
    /// The columns beside layer and neuron.
    public let columns: [String]
    /// The rows.
    public let rows: [[TableCell]]

    /// Rows that are known.
    init(table: String, title: String, columns: [String], rows: [[TableCell]]) {
        (self.table, self.title, self.columns, self.rows) = (table, title, columns, rows)
    }

    /// The rows of a neuron as a table has them; nil where there are none.
    ///
    /// - Parameters:
    ///   - table: the file's name.
    ///   - isKept: whether a row is one of them, by its cells in the order of the header.
    init?(
        _ rows: NeuronRows, of place: NeuronPlace, table: String, title: String, where isKept: ([String]) -> Bool = { _ in true }
    ) {
        let kept = rows.header.indices.filter { !["layer", "neuron"].contains(rows.header[$0]) }
        let found = rows.records(of: place).filter(isKept)
        guard !found.isEmpty else { return nil }
        self.init(
            table: table, title: title, columns: kept.map { rows.header[$0] },
            rows: found.map { record in kept.map { TableCell(record[$0]) } })
    }
}

extension RunFolder {
    /// The tables that have rows for single neurons of the run's reference, named in columns `layer` and `neuron`, and that are shown as they
    /// are: a table that is named here is part of what is known about a neuron, in text, JSON and on its page.
    var furtherTables: [(file: FilePath, title: String)] {
        [
            (steps, "When in training it becomes universal"), (antipodes, "The neurons whose weights are closest and most opposed"),
            (ensembles, "Neurons that raise and lower the same tokens"), (entropy, "As an entropy neuron"),
            (attention, "Heads that it turns to or from a row’s first token"),
        ]
    }
}
