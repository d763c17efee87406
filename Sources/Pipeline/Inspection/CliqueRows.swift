import SystemPackage

/// The cliques of a run by the neurons of one model that they have: `cliques.csv`.
struct CliqueRows: Sendable {
    /// By the neuron as the table writes it, `a:3.117`.
    private let cliques: [String: [CliqueMembership]]

    /// Reads the table; nil where there is none.
    ///
    /// - Parameter model: the model whose neurons are asked for.
    init?(_ file: FilePath, of model: String) {
        guard let records = NeuronTableRow.records(in: file), let header = records.first else { return nil }
        let places = Dictionary(zip(header, header.indices)) { first, _ in first }
        guard let members = places["members"], let size = places["size"], let strength = places["strength"] else { return nil }
        var cliques: [String: [CliqueMembership]] = [:]
        for record in records.dropFirst() where record.count == header.count {
            guard let size = Int(record[size]), let strength = Double(record[strength]) else { continue }
            let names = record[members].split(separator: " ").map(String.init)
            for name in names where name.hasPrefix("\(model):") {
                cliques[name, default: []].append(CliqueMembership(size: size, strength: strength, members: names))
            }
        }
        self.cliques = cliques
    }

    /// The cliques of a neuron, the largest first.
    ///
    /// - Parameter name: the neuron as the table writes it.
    func cliques(of name: String) -> [CliqueMembership] { cliques[name] ?? [] }
}
