import SystemPackage

/// A clique of mutual best partners that a neuron is in.
public struct CliqueMembership: Codable, Sendable {
    /// How many neurons it has, one of each of as many models.
    public let size: Int
    /// The smallest correlation of two of them.
    public let strength: Double
    /// The neurons as model:layer.neuron, directions by their names, a:3.pc5.
    public let members: [String]

    /// The cliques of a neuron, the largest first, from `cliques.csv`; nil where there is no such file.
    ///
    /// - Parameter name: the neuron as the table writes it.
    static func all(of name: String, in file: FilePath) -> [CliqueMembership]? {
        guard let records = NeuronTableRow.records(in: file), let header = records.first else { return nil }
        let places = Dictionary(zip(header, header.indices)) { first, _ in first }
        guard let members = places["members"], let size = places["size"], let strength = places["strength"] else { return nil }
        return records.dropFirst().compactMap { record in
            guard record.count == header.count, record[members].contains(name) else { return nil }
            let names = record[members].split(separator: " ").map(String.init)
            guard names.contains(name), let size = Int(record[size]), let strength = Double(record[strength]) else { return nil }
            return CliqueMembership(size: size, strength: strength, members: names)
        }
    }
}
