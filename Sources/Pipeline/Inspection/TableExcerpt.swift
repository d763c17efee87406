import SystemPackage

/// The rows that a table beside `neurons.csv` has for one neuron, as they are.
public struct TableExcerpt: Codable, Sendable {
    /// The table's file name.
    public let table: String
    /// What the rows say.
    public let title: String
    /// The columns after layer and neuron.
    public let columns: [String]
    /// The rows.
    public let rows: [[TableCell]]

    /// Rows that are known.
    init(table: String, title: String, columns: [String], rows: [[TableCell]]) {
        (self.table, self.title, self.columns, self.rows) = (table, title, columns, rows)
    }

    /// The rows for a neuron; nil where there are none.
    init?(_ file: FilePath, title: String, layer: Int, neuron: Int) {
        guard let records = NeuronTableRow.records(in: file), let header = records.first, header.starts(with: ["layer", "neuron"]) else {
            return nil
        }
        let found = records.dropFirst().filter { record in
            record.count == header.count && record.prefix(2).elementsEqual(["\(layer)", "\(neuron)"])
        }
        guard !found.isEmpty else { return nil }
        table = file.lastComponent?.string ?? ""
        self.title = title
        columns = Array(header.dropFirst(2))
        rows = found.map { record in record.dropFirst(2).map { TableCell($0) } }
    }
}

extension RunFolder {
    /// The tables that have rows for single neurons of the run's reference, each beginning with columns `layer` and `neuron`, and that are shown
    /// as they are: a table that is named here is part of what is known about a neuron, in text, JSON and on its page.
    var furtherTables: [(file: FilePath, title: String)] {
        [
            (steps, "When in training it becomes universal"), (antipodes, "The neurons whose weights are closest and most opposed"),
            (ensembles, "Neurons that raise and lower the same tokens"), (entropy, "As an entropy neuron"),
            (attention, "Heads that it turns to or from a row’s first token"),
        ]
    }
}
